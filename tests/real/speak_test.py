"""`loadgen speak` with its own sink, and with a receiver of our own: tables, signals, listening, MD5, wrong configurations."""

import signal
import socket
import struct

from support.bgp import KEEPALIVE, OPEN, UPDATE, Receiver, message, open_message, table_of
from support.programs import RealTest, free_port, wait_until


def neighbor(peer, *lines, local="127.0.0.1", local_as=65001, peer_as=65001, families="ipv4 unicast;", router_id="10.0.0.1"):
    return "neighbor %s {\n router-id %s;\n local-address %s;\n local-as %d;\n peer-as %d;\n family { %s }\n %s\n}\n" % (
        peer, router_id, local, local_as, peer_as, families, "\n ".join(lines))


def routes(count, first=0x0A000000, words="next-hop 192.0.2.1"):
    return "static {\n" + "\n".join("route %s/24 %s;" % (socket.inet_ntoa(struct.pack(">I", first + 256 * i)), words)
                                    for i in range(count)) + "\n}"


class Speak(RealTest):
    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def receiver(self, **options):
        receiver = Receiver(self.address, **options)
        self.addCleanup(receiver.stop)
        return receiver

    def speak(self, port, *files, environment=None):
        return self.loadgen("speak", "--port", str(port), *files, environment=dict({"exabgp_tcp_bind": ""}, **(environment or {})))

    def table_into_sink(self, count, words="next-hop 192.0.2.1", lines=()):
        sink = self.start_sink("--sessions", 1, "--expect", count, "--local-as", "65001")
        port = sink.endpoint.rsplit(":", 1)[1]
        conf = self.write("table.conf", neighbor(self.address, routes(count, words=words), *lines))
        speaker = self.speak(port, conf, environment={"exabgp_tcp_once": "true"})
        sink.wait()
        self.assert_status(sink, 0)
        speaker.wait(30)
        self.assert_status(speaker, 0)
        result = sink.json()
        self.assertEqual((result["live"], result["malformed"]), (count, 0))
        return result

    def test_many_routes_go_as_few_do(self):
        many = self.table_into_sink(20000)
        self.assertEqual(many["announced"], 20000)
        self.table_into_sink(2000)
        self.table_into_sink(5000, lines=["group-updates false;"])

    def test_incoming_ttl_is_the_least_that_packets_of_the_peer_may_have(self):
        """RFC 5082. A receiver's packets leave with 64, unless the kernel was told otherwise."""
        receiver = self.receiver(my_as=65001)
        far = self.speak(receiver.port, self.write("far.conf", neighbor(self.address, "incoming-ttl 255;")))
        wait_until(lambda: "no answer within 5 s" in far.err, "nothing of the peer is taken")
        self.assertFalse(any(session.established for session in receiver.sessions))
        far.signal(signal.SIGTERM)
        far.wait()
        near = self.speak(receiver.port, self.write("near.conf", neighbor(self.address, "incoming-ttl 64;")))
        wait_until(lambda: " is up" in near.err, "the session is up")

    def test_configured_routes_that_are_never_sent_are_in_the_log(self):
        receiver = self.receiver(my_as=65001)
        conf = self.write("speak.conf", neighbor(self.address, "static { route 10.0.0.0/24 next-hop self; }", families="ipv6 unicast;"))
        speaker = self.speak(receiver.port, conf)
        wait_until(lambda: "of a family that the session is not configured for" in speaker.err, "the log says so")
        self.assertIn("10.0.0.0/24", speaker.err)
        done = self.run_loadgen("validate", conf)
        self.assertIn("ipv4 unicast have no effect", done.out + done.err)

    def test_ipv6_routes_over_ipv4_have_no_mapped_next_hop(self):
        receiver = self.receiver(my_as=65001)
        conf = self.write("speak.conf", neighbor(self.address, "static { route 2001:db8::/32 next-hop self; route 2001:db8:1::/48 next-hop ::ffff:192.0.2.1; }",
                                                 families="ipv6 unicast;"))
        self.speak(receiver.port, conf)
        wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "all is sent")
        hops = {prefix: attributes["next hop"].hex() for prefix, attributes in table_of(receiver.sessions[0].updates()).items()}
        # Of 127.0.0.0/8 it is ::1: docs/next-hops.md. A mapped one only where it is asked for.
        self.assertEqual(hops, {"2001:db8::/32": 31 * "0" + "1", "2001:db8:1::/48": 20 * "0" + "ffffc0000201"})
        self.assertIn("next-hop self over an IPv4 session", self.run_loadgen("validate", conf).err)

    def test_what_a_peer_sends_is_judged_whatever_is_kept_of_it(self):
        """RFC 4271 section 6.3, RFC 4760 section 7, RFC 7606 section 3; and a peer with adj-rib-in false keeps nothing."""
        attributes = bytes.fromhex("40010100" "400200" "400304c0000202" "40050400000064")
        reach = bytes.fromhex("800e1a" "000201" "1020010db8000000000000000000000001" "00" "2020010db8")
        cut = bytes.fromhex("800e1a" "000201" "1020010db8000000000000000000000001" "00" "2820010db8")
        good = bytes.fromhex("180a0001")

        def update(attributes, nlri, length=None):
            size = len(attributes) if length is None else length
            return message(UPDATE, b"\0\0" + struct.pack(">H", size) + attributes + nlri)

        cases = {
            "cut NLRI": (update(attributes, bytes.fromhex("180a00")), (3, 10)),
            "a prefix of 33 bits": (update(attributes, bytes.fromhex("210a00000000")), (3, 10)),
            "attributes past the end": (update(attributes, good, 255), (3, 1)),
            "two MP_REACH_NLRI": (update(attributes + reach + reach, b""), (3, 1)),
            "cut NLRI of IPv6": (update(attributes + cut, b""), (3, 9)),
        }
        for line in ("adj-rib-in false;", "adj-rib-in true;"):
            for name, (wrong, expected) in cases.items():
                with self.subTest(name, line=line):
                    receiver = self.receiver(my_as=65001)
                    conf = self.write("judging.conf", neighbor(self.address, line, families="ipv4 unicast; ipv6 unicast;"))
                    speaker = self.speak(receiver.port, conf)
                    wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
                    receiver.send(update(attributes, good) + wrong)
                    wait_until(lambda: receiver.sessions[0].notification, "the NOTIFICATION")
                    self.assertEqual(receiver.sessions[0].notification[:2], expected)
                    self.assertEqual(receiver.sessions[0].notification[2], cut if expected == (3, 9) else b"")
                    speaker.signal(signal.SIGTERM)
                    speaker.wait(20)
                    receiver.stop()

    def test_it_ends_with_its_attempts(self):
        port = free_port(self.address)
        conf = self.write("nobody.conf", neighbor(self.address))
        speaker = self.speak(port, conf, environment={"exabgp_tcp_attempts": "2"})
        speaker.wait(30)
        self.assert_status(speaker, 0)

    def test_signals_end_it_with_a_cease(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            receiver = self.receiver(my_as=65001)
            speaker = self.speak(receiver.port, self.write("one.conf", neighbor(self.address, routes(3))))
            wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
            speaker.signal(number)
            speaker.wait(20)
            self.assert_status(speaker, 0)
            wait_until(lambda: receiver.sessions[0].closed, "the session is closed")
            self.assertEqual(receiver.sessions[0].notification[:2], (6, 2))

    def test_with_graceful_restart_it_goes_without_a_word(self):
        receiver = self.receiver(my_as=65001)
        conf = self.write("one.conf", neighbor(self.address, "capability { graceful-restart 120; }", routes(3)))
        speaker = self.speak(receiver.port, conf)
        wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
        speaker.signal(signal.SIGTERM)
        speaker.wait(20)
        wait_until(lambda: receiver.sessions[0].closed, "the session is closed")
        self.assertIsNone(receiver.sessions[0].notification)

    def test_a_reload_tells_the_difference(self):
        receiver = self.receiver(my_as=65001)
        conf = self.write("one.conf", neighbor(self.address, routes(3)))
        speaker = self.speak(receiver.port, conf)
        wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
        told = len(receiver.sessions[0].messages(UPDATE))
        self.write("one.conf", neighbor(self.address, routes(3, first=0x0A000100)))   # the second to the fourth
        speaker.signal(signal.SIGUSR1)
        # What goes and what comes have equal attributes, and so share an UPDATE.
        wait_until(lambda: len(receiver.sessions[0].messages(UPDATE)) > told, "the difference")
        news = [octets[19:] for octets in receiver.sessions[0].messages(UPDATE)[told:]]
        self.assertEqual([octets.hex() for octets in news], ["0004180a0000" "0015" "40010100" "400200" "400304c0000201" "40050400000064"
                                                             "180a0003"])
        self.write("one.conf", "neighbor is no configuration {")
        speaker.signal(signal.SIGUSR1)
        wait_until(lambda: "stays as it was" in speaker.err, "the error is said")
        self.assertIsNone(speaker.status)
        self.assertEqual(len(receiver.sessions), 1)

    def test_a_restart_comes_back_with_everything(self):
        receiver = self.receiver(my_as=65001)
        speaker = self.speak(receiver.port, self.write("one.conf", neighbor(self.address, routes(3))))
        wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
        speaker.signal(signal.SIGALRM)
        wait_until(lambda: len(receiver.sessions) == 2 and receiver.sessions[1].ends_of_rib, "it came back")
        self.assertEqual(receiver.sessions[0].notification[:2], (6, 4))
        self.assertEqual(receiver.sessions[1].messages(UPDATE), receiver.sessions[0].messages(UPDATE))

    def listening(self, *lines, peer=None, environment=None):
        port = free_port(self.address)
        conf = self.write("passive.conf", neighbor(peer or self.address, "passive true;", "listen %d;" % port, *lines, routes(2), local=self.address))
        speaker = self.speak(port, conf, environment=environment)
        return speaker, port

    def come(self, port, speaker):
        """A session that we make."""
        def connected():
            self.assertIsNone(speaker.status, speaker.err)
            connection = socket.socket()
            connection.bind((self.address, 0))
            try:
                connection.connect((self.address, port))
                return connection
            except ConnectionRefusedError:
                connection.close()
        connection = wait_until(connected, "it listens")
        self.addCleanup(connection.close)
        connection.sendall(open_message(65001) + message(KEEPALIVE))
        connection.settimeout(20)
        octets = b""
        while bytes.fromhex("00170200000000") not in octets:
            more = connection.recv(65536)
            self.assertTrue(more, octets.hex())
            octets += more
        self.assertEqual(octets[18], OPEN)
        ended = speaker.err.count("is down")
        connection.close()
        # RFC 4271 section 6.8: while a session stands, one more connection is refused. The next may come once this one is seen to be gone.
        wait_until(lambda: speaker.err.count("is down") > ended, "the end is noticed")
        return octets

    def test_it_takes_connections(self):
        speaker, port = self.listening()
        self.assertIn(bytes.fromhex("180a0000180a0001"), self.come(port, speaker))
        self.assertIn(bytes.fromhex("180a0000180a0001"), self.come(port, speaker))

    def test_of_a_whole_prefix(self):
        speaker, port = self.listening(peer=self.address.rsplit(".", 1)[0] + ".0/24")
        self.assertIn(bytes.fromhex("180a0000180a0001"), self.come(port, speaker))

    def test_speakers_with_one_key_find_each_other(self):
        port = free_port(self.address)
        key = "md5-password \"a key\";"
        listening = self.write("a.conf", neighbor("127.0.0.1", "passive true;", "listen %d;" % port, key, local=self.address))
        a = self.speak(port, listening)
        b = self.speak(port, self.write("b.conf", neighbor(self.address, key, routes(1), router_id="10.0.0.2")))
        wait_until(lambda: "is up" in b.err or a.status is not None or b.status is not None, "the session is up")
        self.assertIn("is up", b.err, a.err + b.err)

    def test_ipv6_and_several_neighbours(self):
        receiver = Receiver("::1", my_as=65001)
        self.addCleanup(receiver.stop)
        conf = "".join(neighbor("::1", routes(1), local="::1", router_id="10.0.0.%d" % n) for n in (1, 2, 3))
        speaker = self.speak(receiver.port, self.write("six.conf", conf), environment={"exabgp_tcp_once": "1"})
        wait_until(lambda: sum(session.ends_of_rib for session in receiver.sessions) == 3 or speaker.status is not None, "three sessions")
        self.assertEqual(len(receiver.sessions), 3, speaker.err)

    def test_a_wrong_configuration_is_refused_with_its_place(self):
        for text, words in (("neighbor 127.0.0.1 { wrong 1; }", ["wrong.conf:1", "wrong"]), ("neighbor 127.0.0.1 {", ["wrong.conf"])):
            speaker = self.speak(1790, self.write("wrong.conf", text))
            speaker.wait(20)
            self.assert_status(speaker, 2)
            self.assert_one_clear_line(speaker, *words)
        speaker = self.speak(1790, self.path("no such file"))
        speaker.wait(20)
        self.assert_status(speaker, 2)

    def test_the_environment_chooses_and_unknown_keys_do_not_matter(self):
        receiver = self.receiver(my_as=65001)
        conf = self.write("one.conf", neighbor(self.address))
        env = self.write("exabgp.env", "[exabgp.tcp]\nonce = true\nport = %d\nnobody-knows = 1\n[exabgp.nothing]\nx = 'y'\n" % receiver.port)
        speaker = self.loadgen("speak", "-d", "-p", "-e", env, conf, environment={"exabgp.reactor.asyncio": "false"})
        wait_until(lambda: receiver.sessions and receiver.sessions[0].ends_of_rib, "the session is up")
        receiver.stop()
        speaker.wait(20)
        self.assert_status(speaker, 0)

    def test_rate_limit(self):
        receiver = self.receiver(my_as=65001)
        conf = self.write("slow.conf", neighbor(self.address, "rate-limit 10;", "group-updates false;", routes(8)))
        self.speak(receiver.port, conf)
        wait_until(lambda: receiver.sessions and receiver.sessions[0].messages(UPDATE), "the first route")
        self.assertLess(len(receiver.sessions[0].messages(UPDATE)), 8)
        wait_until(lambda: receiver.sessions[0].ends_of_rib, "all routes")
        self.assertEqual(len(receiver.sessions[0].messages(UPDATE)), 9)
