"""`loadgen device` on the wire: what the honest one does, and each way to lie. That something does not come is known when what was asked for
behind it has come: the device works on UPDATEs one after the other."""

import os
import signal
import struct
import time
import unittest

from support.bgp import ROUTE_REFRESH, UPDATE
from support.device import (AS_PATH, BEGIN, CLUSTER_LIST, COMMUNITIES, DEVICE_AS, END, END_OF_RIB, ENHANCED_REFRESH, LOCAL_PREF, MED, NEXT_HOP,
                            NO_ADVERTISE, NO_EXPORT, ORIGIN, ORIGINATOR_ID, Speaker, attribute, faults_of, graceful_restart, name_of, refresh, start_device)
from support.programs import RealTest, wait_until
from support.shared import ROOT

A, B, C, D = ("10.0.%d.0/24" % i for i in range(4))
SIX = "2001:db8:1::/48"
MARK = "192.168.255.0/24"   # announced last


class WithDevice(RealTest):
    def device(self, *faults, words=()):
        self.router = start_device(self, *faults, words=words)
        return self.router

    def speaker(self, number, **options):
        speaker = Speaker(self.router, number, **options)
        self.addCleanup(speaker.close)
        return speaker

    def three(self, *faults, words=()):
        """Two that announce and one that only hears."""
        self.device(*faults, words=words)
        return self.speaker(1), self.speaker(2), self.speaker(3)

    def mark(self, sender, *receivers):
        """All that was sent before has been worked on, and what came of it is here."""
        sender.announce(MARK)
        for receiver in receivers:
            receiver.wait_until_in(MARK)

    def communities(self, speaker, prefix):
        value = speaker.table()[prefix].get(COMMUNITIES, b"")
        return sorted(struct.unpack(">%dI" % (len(value) // 4), value))


class DeviceIsHonest(WithDevice, RealTest):
    def test_what_it_advertises_over_ebgp(self):
        one, two, three = self.three()
        one.announce(A, B, path=(64512,), med=7, communities=(65001 << 16 | 1,))
        table = three.wait_for(A, B)
        self.assertEqual(three.path(A), [DEVICE_AS, 65001, 64512])
        self.assertEqual(table[A][NEXT_HOP], bytes(int(part) for part in self.address.split(".")))
        self.assertNotIn(MED, table[A])   # of another AS: RFC 4271 section 5.1.4
        self.assertNotIn(LOCAL_PREF, table[A])
        self.assertEqual(self.communities(three, A), [65001 << 16 | 1])
        two.wait_for(A, B)
        one.withdraw(A)
        three.wait_for(B)
        self.mark(two, one)
        self.assertEqual(set(one.table()), {MARK})   # its own never came back
        self.assertEqual(one.count(A), 0)

    def test_ipv6_over_ipv4_sessions(self):
        one, _, three = self.three()
        one.announce(SIX)
        table = three.wait_for(SIX)
        self.assertEqual(table[SIX]["next hop"], bytes(15) + b"\x01")   # on loopback ::1
        one.withdraw(SIX)
        three.wait_for()

    def test_the_best_path(self):
        """Each step of RFC 4271 section 9.1.2.2 that a device without routes of its own has; a later one is tried with all before it equal."""
        one, two, three = self.three()
        one.announce(A, path=(64512, 64513))
        two.announce(A, path=(64514,))          # shorter
        three.wait_path(A, DEVICE_AS, 65002, 64514)
        one.announce(B, path=(64512,), origin=0)
        two.announce(B, path=(64514,), origin=2)
        one.announce(C, path=(64512,))
        two.announce(C, path=(64512,))          # the lower identifier
        self.mark(two, three)
        self.assertEqual(three.path(B), [DEVICE_AS, 65001, 64512])
        self.assertEqual(three.path(C), [DEVICE_AS, 65001, 64512])

    def test_med_compares_within_one_neighbouring_as(self):
        self.device()
        one, two, three, four = (self.speaker(number, my_as=my_as) for number, my_as in ((1, 65001), (2, 65001), (3, 65003), (4, 65004)))
        one.announce(A, path=(64512,), med=10)
        two.announce(A, path=(64513,), med=5)
        four.wait_path(A, DEVICE_AS, 65001, 64513)
        one.announce(B, path=(64512,), med=10)
        three.announce(B, path=(64513,), med=5)
        self.mark(three, four)
        self.assertEqual(four.path(B), [DEVICE_AS, 65001, 64512])

    def test_local_pref_and_ebgp_before_ibgp(self):
        self.device()
        inner, other, outer, ear = self.speaker(1, my_as=DEVICE_AS), self.speaker(2, my_as=DEVICE_AS), self.speaker(3), self.speaker(4)
        inner.announce(A, path=(64512, 64513, 64514), local_pref=200)
        other.announce(A, path=(64512,), local_pref=100)
        outer.announce(B, path=(64512,))
        inner.announce(B, path=(65001, 64512))
        self.mark(outer, ear)
        self.assertEqual(ear.path(A), [DEVICE_AS, 64512, 64513, 64514])
        self.assertEqual(ear.path(B), [DEVICE_AS, 65003, 64512])

    def test_it_fails_over_when_the_best_path_is_withdrawn_and_when_its_session_ends(self):
        one, two, three = self.three()
        one.announce(A, B, path=(64512,))
        two.announce(A, B, path=(64513, 64514))
        three.wait_path(A, DEVICE_AS, 65001, 64512)
        one.withdraw(A)
        three.wait_path(A, DEVICE_AS, 65002, 64513, 64514)
        one.close()
        three.wait_path(B, DEVICE_AS, 65002, 64513, 64514)
        two.close()
        three.wait_for()

    def test_it_reflects_between_ibgp_peers(self):
        self.device()
        one, two, outer = self.speaker(1, my_as=DEVICE_AS), self.speaker(2, my_as=DEVICE_AS), self.speaker(3)
        one.announce(A, path=(64512,), local_pref=150, med=4, next_hop="192.0.2.77")
        table = two.wait_for(A)
        self.assertEqual(two.path(A), [64512])
        self.assertEqual(table[A][LOCAL_PREF], struct.pack(">I", 150))
        self.assertEqual(table[A][MED], struct.pack(">I", 4))
        self.assertEqual(table[A][ORIGINATOR_ID], b"\x0a\0\0\x01")
        self.assertEqual(table[A][CLUSTER_LIST], b"\xc0\0\x02\xfe")
        self.assertEqual(table[A][NEXT_HOP], b"\xc0\0\x02\x4d")   # as it was: RFC 4456 section 10
        self.assertFalse({ORIGINATOR_ID, CLUSTER_LIST, LOCAL_PREF} & set(outer.wait_for(A)[A]))
        outer.announce(B)
        self.assertEqual(two.wait_for(A, B)[B][LOCAL_PREF], struct.pack(">I", 100))
        # What has been here before is not taken again: RFC 4456 section 8.
        two.announce(C, more=attribute(0x80, CLUSTER_LIST, b"\xc0\0\x02\xfe"))
        two.announce(D, more=attribute(0x80, ORIGINATOR_ID, b"\xc0\0\x02\xfe"))
        self.mark(two, one)
        self.assertEqual(set(one.table()), {B, MARK})

    def test_it_drops_paths_with_its_own_as(self):
        one, _, three = self.three()
        one.announce(A, path=(64512,))
        three.wait_for(A)
        one.announce(A, path=(64512, DEVICE_AS))
        three.wait_for()

    def test_well_known_communities_bind_it(self):
        self.device()
        one, inner, outer = self.speaker(1), self.speaker(2, my_as=DEVICE_AS), self.speaker(3)
        one.announce(A, communities=(NO_EXPORT,))
        one.announce(B, communities=(NO_ADVERTISE,))
        one.announce(C, communities=(0xffffff03,))   # NO_EXPORT_SUBCONFED
        self.mark(one, inner, outer)
        self.assertEqual(set(inner.table()), {A, C, MARK})
        self.assertEqual(set(outer.table()), {MARK})

    def test_end_of_rib_comes_behind_the_table(self):
        self.device()
        one = self.speaker(1)
        one.announce(A)
        two = self.speaker(2)
        wait_until(lambda: two.ends_of_rib() == 2, "an End-of-RIB of both families")
        self.assertIn(A, two.table())

    def test_route_refresh(self):
        self.device()
        one, plain, enhanced = self.speaker(1), self.speaker(2), self.speaker(3, more=ENHANCED_REFRESH)
        one.announce(A, B)
        one.announce(SIX)
        for each in (plain, enhanced):
            each.wait_for(A, B, SIX)
            each.send(refresh())
            wait_until(lambda: each.count(A) == 2 and each.count(B) == 2, "all again")
        wait_until(lambda: len(enhanced.messages_of(ROUTE_REFRESH)) == 2, "both marks of RFC 7313")
        kinds = [octets[21] if octets[18] == ROUTE_REFRESH else 0 for octets in enhanced.messages_of(UPDATE, ROUTE_REFRESH)]
        self.assertEqual([kind for kind in kinds if kind], [BEGIN, END])
        self.assertLess(kinds.index(BEGIN) + 1, kinds.index(END))
        self.assertEqual(plain.messages_of(ROUTE_REFRESH), [])
        self.assertEqual(enhanced.count(SIX), 1)   # not of that family

    def test_refreshes_without_end_are_answered_as_often_as_they_can_be_sent(self):
        self.device()
        one, three = self.speaker(1), self.speaker(3)
        one.announce(A)
        three.wait_for(A)
        three.send(refresh() * 500)
        wait_until(lambda: three.count(A) > 1, "the first answer")
        three.send(refresh())
        self.mark(one, three)
        self.assertLess(three.count(A), 200)
        before = three.count(A)
        three.send(refresh())
        wait_until(lambda: three.count(A) > before, "one that comes later")

    def test_graceful_restart(self):
        self.device()
        two = self.speaker(2)
        one = self.speaker(1, more=graceful_restart(60))
        one.announce(A, B)
        one.announce(SIX)
        two.wait_for(A, B, SIX)
        one.close()
        self.mark(self.speaker(3), two)
        self.assertEqual(set(two.table()), {A, B, SIX, MARK})
        back = self.speaker(1, more=graceful_restart(60, kept=True, restarted=True, families=((1, 1),)))
        two.wait_for(A, B, MARK)         # of IPv6 it has kept nothing
        back.announce(A)
        back.send(END_OF_RIB)
        two.wait_for(A, MARK)            # what was not announced again goes
        self.assertEqual(two.count(A), 1)

    def test_the_restart_time_passes(self):
        self.device()
        two = self.speaker(2)
        one = self.speaker(1, more=graceful_restart(1))
        one.announce(A)
        two.wait_for(A)
        one.close()
        began = time.monotonic()
        two.wait_for()
        self.assertGreater(time.monotonic() - began, 0.7)

    def test_a_notification_is_no_graceful_restart(self):
        self.device()
        two = self.speaker(2)
        one = self.speaker(1, more=graceful_restart(60))
        one.announce(A)
        two.wait_for(A)
        one.send(b"\xff" * 16 + b"\0\x15\x03\x06\x02")
        two.wait_for()

    def test_malformed_updates_are_withdrawals(self):
        one, two, three = self.three()
        one.announce(A, B)
        three.wait_for(A, B)
        one.announce(A, origin=9)   # RFC 7606 section 7.1
        three.wait_for(B)
        self.assertIsNone(one.notification())

    def test_a_new_peer_hears_of_all_and_a_lost_one_comes_back(self):
        one, two, three = self.three()
        one.announce(A)
        three.wait_for(A)
        for _ in range(3):
            three.close()
            three = self.speaker(3)
            three.wait_for(A)
            one.close()
            three.wait_for()
            one = self.speaker(1)
            one.announce(A)
            three.wait_for(A)

    def test_it_says_where_it_listens_and_ends_well(self):
        device = self.device("drop-one-in=5", "never-flush")
        self.assertRegex(device.err, r"\Alistening on " + device.endpoint)
        self.assertEqual((device.said["as"], device.said["faults"]), (DEVICE_AS, ["drop-one-in=5", "never-flush"]))
        one = self.speaker(1)
        device.signal(signal.SIGTERM)
        device.wait()
        self.assert_status(device, 0)
        self.assertEqual(one.notification(), (6, 2))

    def test_wrong_faults_are_refused(self):
        for fault, expected in (("no-such", "expected one of ignore-withdrawals, "), ("drop-one-in=0", "at least 1"), ("fail-over-late=soon", "soon"),
                                ("drop-family=ipv5", "a family such as ipv4, ipv6 or vpnv4"), ("never-fail-over=loud", "silent or withdraw"), ("aggregate=2", "without a value")):
            program = self.run_loadgen("device", "--listen", "127.0.0.1:0", "--fault", fault, status=2)
            self.assert_one_clear_line(program, expected)


class DeviceLies(WithDevice, RealTest):
    def test_ignore_withdrawals(self):
        one, two, three = self.three("ignore-withdrawals")
        one.announce(A)
        three.wait_for(A)
        one.withdraw(A)
        self.mark(one, three)
        self.assertEqual(set(three.table()), {A, MARK})

    def test_ignore_lost_sessions(self):
        one, two, three = self.three("ignore-lost-sessions")
        one.announce(A, path=(64512,))
        two.announce(A, path=(64513, 64514))
        three.wait_path(A, DEVICE_AS, 65001, 64512)
        one.close()
        self.mark(two, three)
        self.assertEqual(three.path(A), [DEVICE_AS, 65001, 64512])
        self.speaker(1).withdraw(A)   # one that came back may say so
        three.wait_until_in(A)

    def lost(self, *faults):
        """The better one has withdrawn A and gone with B; C had only it."""
        one, two, three = self.three(*faults)
        one.announce(A, B, C, path=(64512,))
        two.announce(A, B, path=(64513, 64514))
        three.wait_path(B, DEVICE_AS, 65001, 64512)
        self.mark(two, three)   # the device has the other paths, too
        two.withdraw(MARK)
        wait_until(lambda: MARK not in three.table(), "the mark is gone")
        one.withdraw(A)
        one.close()
        wait_until(lambda: C not in three.table(), "what had one path goes")
        self.mark(two, three)
        return two, three

    def test_never_fail_over(self):
        two, three = self.lost("never-fail-over")
        self.assertEqual([three.path(A), three.path(B)], [[DEVICE_AS, 65001, 64512]] * 2)
        two.announce(A, path=(64520,))   # what comes later it tells
        three.wait_path(A, DEVICE_AS, 65002, 64520)

    def test_never_fail_over_but_withdraw(self):
        _, three = self.lost("never-fail-over=withdraw")
        self.assertEqual(set(three.table()), {MARK})

    def test_fail_over_wrong(self):
        _, three = self.lost("fail-over-wrong")
        self.assertEqual([three.path(A), three.path(B)], [[DEVICE_AS, 65001, 64512, 65002, 64513, 64514]] * 2)

    def test_fail_over_wrong_of_three(self):
        one, two, four = self.three("fail-over-wrong")
        other = self.speaker(4)
        one.announce(A, path=(64512,))
        two.announce(A, path=(64512, 64513))
        other.announce(A, path=(64512, 64513, 64514))
        four.wait_path(A, DEVICE_AS, 65001, 64512)
        one.withdraw(A)
        four.wait_path(A, DEVICE_AS, 65004, 64512, 64513, 64514)

    def test_fail_over_late(self):
        one, two, three = self.three("fail-over-late=700ms")
        one.announce(A, path=(64512,))
        two.announce(A, path=(64513, 64514))
        three.wait_path(A, DEVICE_AS, 65001, 64512)
        began = time.monotonic()
        one.withdraw(A)
        self.mark(two, three)
        three.wait_path(A, DEVICE_AS, 65002, 64513, 64514)
        self.assertGreater(time.monotonic() - began, 0.65)

    def test_drop_one_in(self):
        one, two, three = self.three("drop-one-in=2")
        one.announce(A, B, C, D)
        one.announce(SIX)
        self.mark(one, three)   # the sixth
        self.assertEqual(set(three.table()), {B, D, MARK})

    def test_drop_family(self):
        one, two, three = self.three("drop-family=ipv6")
        one.announce(SIX)
        one.announce(A)
        self.assertEqual(set(three.wait_for(A)), {A})

    def test_duplicate_updates(self):
        one, _, three = self.three("duplicate-updates")
        one.announce(A)
        wait_until(lambda: three.count(A) == 2, "twice")
        one.withdraw(A)
        three.wait_for()

    def test_stale_behind_new(self):
        one, _, three = self.three("stale-behind-new")
        one.announce(A, path=(64512,))
        three.wait_path(A, DEVICE_AS, 65001, 64512)
        one.announce(A, path=(64513,))
        wait_until(lambda: three.count(A) == 3, "the old one again")
        self.assertEqual(three.path(A), [DEVICE_AS, 65001, 64512])

    def one_of_two(self, fault, **attributes):
        """The tables with which the fault concerns every second prefix: what it changes in A, and leaves in B."""
        one, _, three = self.three(fault + "=2")
        one.announce(A, B, path=(64512,), **attributes)
        return three, three.wait_for(A, B)

    def test_change_community(self):
        three, _ = self.one_of_two("change-community", communities=(1, 2))
        self.assertEqual(self.communities(three, B), [1, 2])
        self.assertEqual(self.communities(three, A), [2, 64666 << 16 | 666])

    def test_change_med(self):
        _, table = self.one_of_two("change-med", med=5)
        self.assertEqual(table[A][MED], struct.pack(">I", 4242))
        self.assertNotIn(MED, table[B])

    def test_change_local_pref(self):
        self.device("change-local-pref")
        inner, outer = self.speaker(1, my_as=DEVICE_AS), self.speaker(2)
        outer.announce(A)
        self.assertEqual(inner.wait_for(A)[A][LOCAL_PREF], struct.pack(">I", 4242))

    def test_change_origin(self):
        _, table = self.one_of_two("change-origin", origin=0)
        self.assertEqual((table[A][ORIGIN], table[B][ORIGIN]), (b"\x01", b"\0"))

    def test_change_next_hop(self):
        one, _, three = self.three("change-next-hop")
        one.announce(A, next_hop="192.0.2.99")
        self.assertEqual(three.wait_for(A)[A][NEXT_HOP], b"\xc0\0\x02\x63")

    def test_a_next_hop_that_cannot_be(self):
        one, _, three = self.three("change-next-hop=garbage")
        one.announce(A)
        self.assertEqual(three.wait_for(A)[A][NEXT_HOP], b"\xff" * 4)

    def test_a_next_hop_that_is_the_receiver(self):
        one, _, three = self.three("change-next-hop=receiver")
        one.announce(A)
        self.assertEqual(three.wait_for(A)[A][NEXT_HOP], bytes((127, 0, 1, 3)))

    def test_change_path(self):
        three, _ = self.one_of_two("change-path")
        self.assertEqual(three.path(A), [DEVICE_AS, 65001, 64512, 4200000666])
        self.assertEqual(three.path(B), [DEVICE_AS, 65001, 64512])

    def test_add_no_export(self):
        three, _ = self.one_of_two("add-no-export", communities=(7,))
        self.assertEqual((self.communities(three, A), self.communities(three, B)), ([7, NO_EXPORT], [7]))

    def test_strip_no_export(self):
        one, _, three = self.three("strip-no-export")
        one.announce(A, communities=(7, NO_EXPORT))
        one.announce(B, communities=(NO_EXPORT,))
        table = three.wait_for(A, B)
        self.assertEqual(self.communities(three, A), [7])
        self.assertNotIn(COMMUNITIES, table[B])

    def test_announce_again(self):
        one, _, three = self.three("announce-again")
        one.announce(A, path=(64512,))
        three.wait_for(A)
        one.withdraw(A)
        wait_until(lambda: three.count(A) == 2, "announced again")
        self.assertEqual(three.path(A), [DEVICE_AS, 65001, 64512])

    def test_refresh_partly(self):
        self.device("refresh-partly=2")
        one, three = self.speaker(1), self.speaker(3, more=ENHANCED_REFRESH)
        one.announce(A, B)
        three.wait_for(A, B)
        three.send(refresh())
        wait_until(lambda: len(three.messages_of(ROUTE_REFRESH)) == 2, "the end of the refresh")
        self.assertEqual((three.count(A), three.count(B)), (2, 1))

    def test_forget_end_of_rib(self):
        one, _, three = self.three("forget-end-of-rib")
        one.announce(A)
        three.wait_for(A)
        self.assertEqual(three.ends_of_rib(), 0)

    def test_flush_in_restart(self):
        self.device("flush-in-restart")
        two, one = self.speaker(2), self.speaker(1, more=graceful_restart(60))
        one.announce(A)
        two.wait_for(A)
        one.close()
        two.wait_for()

    def test_never_flush(self):
        self.device("never-flush")
        two, one, three = self.speaker(2), self.speaker(1, more=graceful_restart(1)), self.speaker(3, more=graceful_restart(1))
        one.announce(A)
        three.announce(B)
        two.wait_for(A, B)
        for each in (one, three):
            each.close()
        self.speaker(1, more=graceful_restart(1, kept=True, restarted=True)).send(END_OF_RIB)
        time.sleep(1.5)   # the restart time has to pass
        two.announce(MARK)
        self.speaker(4).wait_for(A, B, MARK)

    def test_reorder(self):
        one, _, three = self.three("reorder=2s")
        one.announce(A, path=(64512,))
        three.wait_for(A)
        one.withdraw(A)
        self.mark(one, three)   # both changes at once would be one
        one.announce(A, path=(64512,))
        wait_until(lambda: three.count(A) == 2, "announced again")
        three.wait_for(MARK)

    def test_aggregate(self):
        one, _, three = self.three("aggregate")
        one.announce(A, B, C, path=(64512,))   # 10.0.0.0/24 and 10.0.1.0/24 are halves of 10.0.0.0/23
        three.wait_for("10.0.0.0/23", C)
        self.assertEqual(three.path("10.0.0.0/23"), [DEVICE_AS, 65001, 64512])
        one.withdraw(A)
        three.wait_for(B, C)
        one.announce(A, path=(64512,))
        three.wait_for("10.0.0.0/23", C)

    def test_reflect_to_sender(self):
        self.device("reflect-to-sender")
        one = self.speaker(1)
        one.announce(A)
        one.wait_for(A)

    def test_refuse_next_hop(self):
        one, two, three = self.three("refuse-next-hop")
        one.announce(A)
        one.send(refresh())
        one.withdraw(A)
        other = self.speaker(4)
        wait_until(lambda: other.ends_of_rib() == 2, "the End-of-RIB")
        self.assertEqual((set(other.table()), set(three.table())), (set(), set()))

    def test_work_late(self):
        one, _, three = self.three("work-late=600ms")
        began = time.monotonic()
        one.announce(A)
        three.wait_for(A)
        self.assertGreater(time.monotonic() - began, 0.55)

    def test_stop_reading(self):
        one, two, three = self.three("stop-reading=2")
        one.announce(A, B)
        one.announce(C)
        two.announce(D)
        three.wait_for(A, B, D)
        self.assertFalse(one.closed)

    def test_reset_after(self):
        one, two, three = self.three("reset-after=2")
        one.announce(A, B)
        wait_until(lambda: one._read() or one.closed, "the connection is reset")
        two.announce(D)
        three.wait_for(D)

    def test_delay_receiver(self):
        one, two, three = self.three("delay-receiver=700ms")
        began = time.monotonic()
        one.announce(A)
        two.wait_for(A)
        self.assertNotIn(A, three.table())
        three.wait_for(A)
        self.assertGreater(time.monotonic() - began, 0.65)

    def test_delay_some(self):
        one, _, three = self.three("delay-some=700ms/2")
        began = time.monotonic()
        one.announce(A, B)
        three.wait_until_in(B)
        three.wait_for(A, B)
        self.assertGreater(time.monotonic() - began, 0.65)

    def test_correct_late(self):
        one, _, three = self.three("correct-late=700ms")
        began = time.monotonic()
        one.announce(A, B, communities=(5,))
        three.wait_for(A, B)
        self.assertEqual(self.communities(three, A), [5, 64666 << 16 | 666])
        one.withdraw(B)
        wait_until(lambda: self.communities(three, A) == [5], "the route as it should be")
        self.assertGreater(time.monotonic() - began, 0.65)
        self.assertNotIn(B, three.table())   # gone before it was due

    def test_malformed_updates(self):
        one, _, three = self.three("malformed-updates")
        one.announce(A)
        wait_until(lambda: len([1 for octets in three.messages_of(UPDATE) if len(octets) > 30]) == 2, "both UPDATEs")
        first, second = (octets for octets in three.messages_of(UPDATE) if len(octets) > 30)
        self.assertNotIn(b"\x40\x01\x01", first)
        self.assertIn(b"\x40\x01\x01\0", second)

    def test_notify_needlessly(self):
        one, _, three = self.three("notify-needlessly=2")
        one.announce(A, B)
        wait_until(lambda: three.notification(), "a NOTIFICATION")
        self.assertEqual(three.notification(), (6, 6))

    def test_not_negotiated(self):
        self.device("not-negotiated")
        one, three = self.speaker(1), self.speaker(3, families=("ipv4",))
        one.announce(A)
        three.wait_until_in(A)
        wait_until(lambda: any(b"\x0e" in octets and b"\0\x01\x02" in octets for octets in three.messages_of(UPDATE)), "IPv4 multicast")

    def test_keep_as_path(self):
        one, _, three = self.three("keep-as-path")
        one.announce(A, path=(64512,))
        three.wait_for(A)
        self.assertEqual(three.path(A), [65001, 64512])

    def test_every_fault_has_a_test_and_a_line_in_the_docs(self):
        faults = faults_of(self)
        self.assertGreater(len(faults), 30)
        with open(os.path.join(ROOT, "docs", "device.md")) as file:
            page = file.read()
        for form, sentence in faults.items():
            self.assertTrue(hasattr(self, "test_" + name_of(form).replace("-", "_")), form)
            self.assertIn("| `%s` | %s |" % (form.replace("|", "\\|"), sentence), page)


if __name__ == "__main__":
    unittest.main()
