"""`run … http_api.py PORT`: a process that `loadgen speak` serves by itself, over HTTP, as SONiC's tests drive ExaBGP: ../shared/sonic."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

from support.bgp import UPDATE, Receiver, message, table_of
from support.programs import PATIENCE, RealTest, free_port, wait_until
from support.shared import shared
from speak_test import routes

FORM = "application/x-www-form-urlencoded"


class HttpPrograms(RealTest):
    def receiver(self, address):
        receiver = Receiver(address, my_as=65200)
        self.addCleanup(receiver.stop)
        return receiver

    def template(self, peer, local, http_port, connect, *lines, name):
        """As SONiC's template writes it, but for the port of the peer."""
        with open(self.path(name), "w") as file:
            file.write("""
process http-api {
   run /usr/bin/python /usr/share/exabgp/http_api.py %d;
   encoder json;
}
neighbor %s {
   router-id 10.10.246.254;
   local-address %s;
   peer-as 65200;
   local-as 65200;
   auto-flush True;
   group-updates True;
   connect %d;
   %s
   api http_api{
       processes [ http-api ];
   }
}
""" % (http_port, peer, local, connect, "\n   ".join(lines)))
        return self.path(name)

    def speak(self, *words):
        return self.loadgen("speak", *words, environment={"exabgp_tcp_bind": "", "exabgp_api_cli": "false", "exabgp_api_ack": "false"})

    def two(self):
        """Two files with a process of the same name each, and the peers."""
        self.peers = [self.receiver(self.address), self.receiver("127.0.0.1")]
        self.ports = [free_port("127.0.0.1") for _ in self.peers]
        files = [self.template(peer.listener.getsockname()[0], "127.0.0.1", port, peer.port, name="peer%d.conf" % i)
                 for i, (peer, port) in enumerate(zip(self.peers, self.ports))]
        self.speaker = self.speak(*files)
        for peer in self.peers:
            wait_until(lambda: peer.sessions and peer.sessions[0].ends_of_rib, "the session is up")

    def call(self, path="/", body=None, content_type=FORM, method=None, of=0, headers=()):
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.ports[of], path), data=body, method=method, headers=dict(headers))
        if body is not None:
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def commands(self, text, name="commands", of=0):
        return self.call(body=urllib.parse.urlencode({name: text}).encode(), of=of)

    def table(self, of=0):
        return table_of(self.peers[of].sessions[0].updates())

    def announced(self, *prefixes, of=0):
        wait_until(lambda: set(prefixes) <= set(self.table(of)), "the routes are announced")

    def test_pages_of_other_sites_command_nobody(self):
        self.two()
        body = urllib.parse.urlencode({"command": "announce route 198.51.100.0/24 next-hop self"}).encode()
        for headers in ({"Origin": "http://example.net"}, {"Sec-Fetch-Site": "cross-site"}):
            self.assertEqual(self.call(body=body, headers=headers)[0], 403)
        # Whoever is no browser may call the host what he likes, as with http_api.py.
        self.assertEqual(self.call(body=urllib.parse.urlencode({"command": "announce route 203.0.113.0/24 next-hop self"}).encode(),
                                   headers={"Host": "exabgp.example.net"}), (200, "done"))
        self.announced("203.0.113.0/24")
        self.assertNotIn("198.51.100.0/24", self.table())

    def test_the_calls_of_the_contract(self):
        self.two()
        to = "next-hop 10.10.246.254"
        self.assertEqual(self.commands("announce route 10.1.0.0/24 %s as-path [ 65534 64600 ]" % to, name="command"), (200, "done"))
        self.assertEqual(self.commands("announce route 10.1.1.0/24 %s as-path [ 65534 64600 ];announce route 10.1.2.0/24 %s" % (to, to)), (200, "done"))
        self.announced("10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24")
        # RFC 4271 section 4.3: AS_PATH of one AS_SEQUENCE; its numbers have four octets, RFC 6793
        self.assertEqual(self.table()["10.1.1.0/24"][2], bytes.fromhex("0202" "0000fffe" "0000fc58"))

        status, text = self.commands("announce route 10.1.3.0/24 %s;announce rout 10.1.4.0/24 next-hop 1.1.1.1;announce route 10.1.5.0/24 next-hop self" % to)
        self.assertEqual((status, text.splitlines()[0], len(text.splitlines())), (500, "error", 2))
        self.assertRegex(text.splitlines()[1], "^2: announce rout 10.1.4.0/24 next-hop 1.1.1.1: .+")
        self.announced("10.1.3.0/24", "10.1.5.0/24")
        self.assertEqual(self.table()["10.1.5.0/24"][3], bytes([127, 0, 0, 1]))

        self.assertEqual(self.call("/anything", b"announce route 10.1.6.0/24 next-hop self;announce route 10.1.7.0/24 next-hop self",
                                   "text/plain"), (200, "done"))
        self.assertEqual(self.call("/", b"announce attributes next-hop self as-path [ 65534 ] nlri 10.2.0.0/24 10.2.1.0/24", "text/plain"), (200, "done"))
        self.announced("10.1.6.0/24", "10.1.7.0/24", "10.2.0.0/24", "10.2.1.0/24")
        self.assertEqual(self.call("/", b""), (200, "OK"))
        self.assertEqual(self.call("/", b"nothing=here")[0], 500)
        self.assertEqual(self.call("/"), (200, "OK"))
        self.assertEqual(self.call("/whatever"), (200, "OK"))
        self.assertEqual(json.loads(self.call("/adj-in")[1]), {"prefixes": []})
        self.assertEqual(self.call("/healthz")[0], 200)
        self.assertEqual(self.call("/", b"x", method="PUT")[0], 405)
        self.assertEqual(self.commands("withdraw route 10.1.6.0/24", name="command"), (200, "done"))
        wait_until(lambda: "10.1.6.0/24" not in self.table(), "it is withdrawn")
        self.assertEqual(self.commands("announce route 10.1.8.0/24 next-hop self local-preference 200 med 5 community [ 65000:1 ]", name="command"),
                         (200, "done"))
        self.announced("10.1.8.0/24")
        self.assertEqual((self.table()["10.1.8.0/24"][5], self.table()["10.1.8.0/24"][4], self.table()["10.1.8.0/24"][8]),
                         (b"\0\0\0\xc8", b"\0\0\0\x05", bytes.fromhex("fde80001")))

        self.assertEqual(self.table(of=1), {}, "a port's routes go to its own neighbour alone")
        self.assertEqual(self.commands("neighbor %s teardown 3" % self.address, name="command"), (200, "done"))
        wait_until(lambda: self.peers[0].sessions[0].closed, "the session ends")
        self.assertEqual(self.peers[0].sessions[0].notification[:2], (6, 3))
        wait_until(lambda: len(self.peers[0].sessions) == 2, "it comes back")
        self.assertEqual(len(self.peers[1].sessions), 1)

    def test_nobody_else_is_spoken_for(self):
        self.two()
        status, text = self.commands("neighbor 127.0.0.1 announce route 10.1.0.0/24 next-hop self")
        self.assertEqual((status, text.splitlines()[0]), (500, "error"))
        self.assertEqual(self.commands("announce route 10.3.0.0/24 next-hop self", of=1), (200, "done"))
        self.announced("10.3.0.0/24", of=1)
        self.assertEqual(self.table(), {})

    def test_too_much(self):
        self.two()
        status, text = self.call("/", b"x" * ((16 << 20) + 1), "text/plain")
        self.assertEqual((status, text), (413, "error: request body too large"))

    def test_a_batch(self):
        self.two()
        lines = ["announce route 10.%d.%d.0/24 next-hop self" % (i // 256, i % 256) for i in range(2000)]
        self.assertEqual(self.commands(";".join(lines)), (200, "done"))
        wait_until(lambda: len(self.table()) == 2000, "all are there")

    def test_generated_routes_and_their_pages(self):
        self.two()
        self.assertEqual(self.commands("announce generate 10.0.0.0/24 count 2500 next-hop self community 65000:1"), (200, "done"))
        wait_until(lambda: len(self.table()) == 2500, "all are there")
        self.assertEqual(self.table(of=1), {})
        found, path = [], "/routes/out"
        while path:
            status, body = self.call(path)
            self.assertEqual(status, 200, body)
            page = json.loads(body)
            self.assertEqual((page["total"], page["offset"]), (2500, len(found)))
            found += page["routes"]
            path = page["next"]
        self.assertEqual([route["route"]["prefix"] for route in found], ["10.%d.%d.0/24" % divmod(i, 256) for i in range(2500)])
        self.assertEqual({route["neighbor"] for route in found}, {self.peers[0].listener.getsockname()[0]})
        self.assertEqual(found[0]["route"]["attribute"]["community"], [[65000, 1]])
        self.assertEqual(json.loads(self.call("/routes/out?offset=2499")[1])["routes"][0]["route"]["prefix"], "10.9.195.0/24")
        self.assertEqual(json.loads(self.call("/routes/out?offset=9000")[1])["routes"], [])
        self.assertEqual(json.loads(self.call("/routes/out", of=1)[1])["total"], 0)
        self.assertEqual(json.loads(self.call("/routes/in")[1])["total"], 0)
        self.assertEqual(self.call("/routes/out?neighbor=192.0.2.77")[0], 404)
        self.assertEqual(self.call("/routes/out?limit=0"), (400, "expected limit=1 to 100000\n"))
        self.assertEqual(self.commands("withdraw generate 10.0.0.0/24 count 2499"), (200, "done"))
        wait_until(lambda: set(self.table()) == {"10.9.195.0/24"}, "one is left")
        self.assertEqual(self.commands("announce generate 255.255.255.0/24 count 2 next-hop self")[0], 500)

    def test_what_the_peer_announced(self):
        self.two()
        # ORIGIN, an empty AS_PATH, NEXT_HOP and LOCAL_PREF: RFC 4271 section 4.3
        attributes = bytes.fromhex("40010100" "400200" "400304c0000209" "40050400000064")
        self.peers[0].send(message(UPDATE, bytes(2) + len(attributes).to_bytes(2, "big") + attributes + bytes.fromhex("18c63364" "18cb0071")))
        wait_until(lambda: sorted(json.loads(self.call("/adj-in")[1])["prefixes"]) == ["198.51.100.0/24", "203.0.113.0/24"], "both are shown")
        self.assertEqual(json.loads(self.call("/adj-in", of=1)[1]), {"prefixes": []})
        metrics = self.call("/metrics")[1]
        self.assertRegex(metrics, r'(?m)^barrage_session_up\{neighbor="[^"]*%s[^"]*"\} 1$' % re.escape(self.address))
        self.assertRegex(metrics, r"(?m)^barrage_received_routes\{[^}]*\} 2$")

    def test_no_python_is_started(self):
        self.two()
        children = "/proc/%d/task/%d/children" % (self.speaker.process.pid, self.speaker.process.pid)
        with open(children) as file:
            self.assertEqual(file.read(), "")


    # ---- Many configuration files in one process.

    def test_files_come_and_go(self):
        first, second = self.receiver(self.address), self.receiver("127.0.0.1")
        self.peers = [first, second]
        self.ports = [free_port("127.0.0.1") for _ in self.peers]
        self.template(self.address, "127.0.0.1", self.ports[0], first.port, name="a.conf")
        for number in (signal.SIGHUP, signal.SIGUSR1):
            sessions = len(first.sessions) + 1
            speaker = self.speak(self.path("*.conf"))
            wait_until(lambda: len(first.sessions) == sessions and first.sessions[-1].ends_of_rib, "the session is up")
            self.assertEqual(self.commands("announce route 10.1.0.0/24 next-hop self"), (200, "done"))
            self.template("127.0.0.1", "127.0.0.1", self.ports[1], second.port, routes(2), name="b.conf")
            before = len(second.sessions)
            speaker.signal(number)
            wait_until(lambda: len(second.sessions) > before and second.sessions[-1].ends_of_rib, "what was added is up")
            self.assertEqual(self.call(of=1), (200, "OK"))
            os.unlink(self.path("b.conf"))
            speaker.signal(number)
            wait_until(lambda: second.sessions[-1].closed, "what was removed is gone")
            with self.assertRaises(urllib.error.URLError):
                self.call(of=1)
            self.assertEqual(len(first.sessions), sessions, "nobody else lost a session")
            self.assertFalse(first.sessions[-1].closed)
            speaker.signal(signal.SIGTERM)
            speaker.wait(20)
            self.assert_status(speaker, 0)

    def test_a_named_file_ends_with_sighup(self):
        peer = self.receiver(self.address)
        self.template("127.0.0.1", "127.0.0.1", free_port("127.0.0.1"), peer.port, name="other.conf")
        speaker = self.speak(self.template(self.address, "127.0.0.1", free_port("127.0.0.1"), peer.port, name="a.conf"))
        wait_until(lambda: peer.sessions and peer.sessions[0].ends_of_rib, "the session is up")
        speaker.signal(signal.SIGHUP)
        speaker.wait(20)
        self.assert_status(speaker, 0)

    def test_two_files_with_one_port_are_refused(self):
        files = [self.template(peer, "127.0.0.1", 5000, 1790, name=name) for peer, name in ((self.address, "a.conf"), ("127.0.0.1", "b.conf"))]
        speaker = self.speak(*files)
        speaker.wait(20)
        self.assert_status(speaker, 2)
        self.assertIn("has the port of process", speaker.err)

    def test_the_files_of_the_template(self):
        """288 neighbours of each family, as its generator writes them, are accepted as they are."""
        subprocess.run([sys.executable, shared("sonic", "gen.py"), "288", self.path("fleet")], check=True)
        names = os.listdir(self.path("fleet"))
        self.assertEqual(len(names), 576)
        program = self.run_loadgen("validate", *(os.path.join(self.path("fleet"), name) for name in sorted(names)))
        self.assertNotIn("error", program.err)


if __name__ == "__main__":
    sys.exit("run.py runs these")
