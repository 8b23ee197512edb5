"""Generated scripts of API commands over many neighbours, the same for the same seed, and what tables they lead to: worked out here, so that
no engine has to be believed."""

import random

PIPE_BUF = 4096   # a write of so many octets is never torn: pipe(7)
MARKER = "192.0.2.255/32"


class Neighbor:
    """Two with consecutive numbers share an address, and are told apart by the filters of a selector."""

    def __init__(self, number, plain=False):
        self.number = number
        self.address = "127.32.%d.%d" % (number // 2 >> 8, 1 + (number // 2 & 255))
        self.local = "127.33.%d.%d" % (number >> 8, 1 + (number & 255))
        self.router_id = "10.255.%d.%d" % (number >> 8, number & 255)
        self.local_as = 65001
        self.peer_as = 65001 if number % 4 else 65100 + number
        self.has_ipv6 = number % 3 != 2
        self.has_flow = not plain and number % 5 == 1
        self.add_path = not plain and number % 7 == 3
        self.refresh = not plain and number % 6 == 4
        self.lines = []
        if number % 8 == 5:
            self.lines.append("group-updates false;")
        if not plain and number % 9 == 7:
            self.lines.append("adj-rib-in false;")

    def configuration(self, port, process):
        families = "ipv4 unicast;" + " ipv6 unicast;" * self.has_ipv6 + " ipv4 flow;" * self.has_flow
        capability = "asn4 %s;" % ("disable" if self.number % 10 == 6 else "enable")
        capability += " add-path send;" * self.add_path + " route-refresh enable;" * self.refresh
        return ("neighbor %s {\n router-id %s;\n local-address %s;\n local-as %d;\n peer-as %d;\n connect %d;\n family { %s }\n"
                " capability { %s }\n api { processes [ %s ]; }\n %s\n static {\n  route 172.16.0.0/16 next-hop 192.0.2.1;\n"
                "  route 172.17.0.0/16 next-hop 192.0.2.1 med 5 watchdog dog0;\n"
                "  route 172.18.0.0/16 next-hop 192.0.2.1 watchdog dog1 withdraw;\n }\n}\n"
                % (self.address, self.router_id, self.local, self.local_as, self.peer_as, port, families, capability, process,
                   "\n ".join(self.lines)))


class Script:
    """Batches of lines. `tables[i]` is {prefix: MULTI_EXIT_DISC} of what neighbour i has at the end, but for what watchdogs move."""

    def __init__(self, seed, neighbors, commands, plain=False):
        self.dice = random.Random(seed)
        self.neighbors = neighbors
        self.plain = plain   # only what changes tables, so that what matters is the end
        self.tables = [{"172.16.0.0/16": None} for _ in neighbors]
        self.batches = []
        made = 0
        while made < commands:
            lines, octets = [], 0
            marker = "announce route %s next-hop 192.0.2.1 med %d" % (MARKER, len(self.batches) + 1)
            for _ in range(min(self.dice.choice((1, 3, 10, 30, 60)), commands - made)):
                line = self.command()
                if octets + len(line) + 1 > PIPE_BUF - len(marker) - 1:
                    break   # dropped, with all it would have changed
                octets += len(line) + 1
                lines.append(line)
                self.apply()
            made += len(lines)
            self.batches.append(lines + [marker])
        for table in self.tables:
            table[MARKER] = len(self.batches)

    def apply(self):
        for change in self.changes:
            change()

    # ---- Whom.

    def whom(self, mostly_all=False):
        """(a selector, neighbours meant)"""
        dice, every = self.dice, self.neighbors
        kind = dice.randrange(10) if not mostly_all else 9
        if kind >= 6:
            return "", every
        one, other = dice.choice(every), dice.choice(every)
        of = lambda test: [each for each in every if test(each)]
        if kind == 0:
            return "neighbor %s " % one.address, of(lambda each: each.address == one.address)
        if kind == 1:
            return "neighbor %s local-ip %s " % (one.address, one.local), of(lambda each: each is one)
        if kind == 2:
            return "neighbor %s, neighbor %s " % (one.address, other.address), of(lambda each: each.address in (one.address, other.address))
        if kind == 3:
            return "neighbor * peer-as %d " % one.peer_as, of(lambda each: each.peer_as == one.peer_as)
        if kind == 4:
            return ("neighbor %s router-id %s local-as 65001, neighbor * local-ip %s " % (one.address, one.router_id, other.local),
                    of(lambda each: each is one or each is other))
        return "peer * router-id %s " % one.router_id, of(lambda each: each is one)

    # ---- What.

    def prefix(self):
        dice = self.dice
        if dice.random() < 0.2:
            return "2001:db8:%x::/48" % dice.randrange(1, 300)
        return "10.%d.%d.0/24" % (dice.randrange(4), dice.randrange(100))

    def attributes(self, prefix):
        """(words, MULTI_EXIT_DISC)"""
        dice = self.dice
        med = dice.randrange(12)
        words = "next-hop " + ("2001:db8::%d" if ":" in prefix else "192.0.2.%d") % dice.randrange(1, 4) + " med %d" % med
        words += dice.choice(("", "", " community [ 65001:%d 65001:1 ]" % dice.randrange(3), " origin incomplete", " local-preference 200",
                              " as-path [ 65010 70000 %d ]" % dice.randrange(1, 4), " large-community 65001:1:2", " aggregator ( 65010:10.0.0.1 )",
                              " extended-community target:65001:7", " atomic-aggregate", " community no-export large-community [ 1:2:3 1:2:4 ]"))
        return words, med

    def announces(self, to, prefix, med):
        for each in to:
            if each.has_ipv6 or ":" not in prefix:
                self.changes.append(lambda table=self.tables[each.number]: table.__setitem__(prefix, med))

    def withdraws(self, to, prefix):
        for each in to:
            self.changes.append(lambda table=self.tables[each.number]: table.pop(prefix, None))

    def command(self):
        """The next line; what it does to the tables is in `changes`."""
        self.changes = []
        dice = self.dice
        kinds = (("announce", 40), ("withdraw", 20), ("attributes", 8), ("family", 8), ("split", 1), ("group", 3), ("clear", 0.4), ("wrong", 2))
        if not self.plain:
            kinds += (("eor", 1), ("refresh", 1), ("flush", 1), ("watchdog", 4), ("flow", 3), ("show", 0.5), ("path", 2), ("word", 2))
        names, weights = zip(*kinds)
        return getattr(self, "line_of_" + dice.choices(names, weights)[0])()

    def line_of_announce(self):
        selector, to = self.whom()
        prefix = self.prefix()
        words, med = self.attributes(prefix)
        self.announces(to, prefix, med)
        return "%sannounce route %s %s" % (selector, prefix, words)

    def line_of_withdraw(self):
        selector, to = self.whom()
        prefix = self.prefix()
        words = self.dice.choice(("", " " + self.attributes(prefix)[0]))
        self.withdraws(to, prefix)
        return "%swithdraw route %s%s" % (selector, prefix, words)

    def line_of_attributes(self):
        selector, to = self.whom()
        prefixes = sorted({self.prefix() for _ in range(self.dice.randrange(1, 6))})
        prefixes = [each for each in prefixes if (":" in each) == (":" in prefixes[0])]
        words, med = self.attributes(prefixes[0])
        if self.dice.random() < 0.3:
            for each in prefixes:
                self.withdraws(to, each)
            return "%swithdraw attributes %s nlri %s" % (selector, words, " ".join(prefixes))
        for each in prefixes:
            self.announces(to, each, med)
        return "%sannounce %s %s nlri %s" % (selector, self.dice.choice(("attribute", "attributes")), words, " ".join(prefixes))

    def line_of_family(self):
        selector, to = self.whom()
        prefix = self.prefix()
        words, med = self.attributes(prefix)
        family = "ipv6" if ":" in prefix else "ipv4"
        if self.dice.random() < 0.3:
            self.withdraws(to, prefix)
            return "%swithdraw %s unicast %s %s" % (selector, family, prefix, words)
        self.announces(to, prefix, med)
        return "%sannounce %s unicast %s %s" % (selector, family, prefix, words)

    def line_of_split(self):
        selector, to = self.whom()
        second = self.dice.randrange(4)
        words, med = self.attributes("10.")
        for each in range(8):
            self.announces(to, "10.%d.%d.0/24" % (second, 96 + each), med)
        return "%sannounce route 10.%d.96.0/21 %s split /24" % (selector, second, words)

    def line_of_group(self):
        selector, to = self.whom()
        inner = []
        for _ in range(self.dice.randrange(1, 5)):
            prefix = self.prefix()
            if self.dice.random() < 0.3:
                self.withdraws(to, prefix)
                inner.append("withdraw route " + prefix)
            else:
                words, med = self.attributes(prefix)
                self.announces(to, prefix, med)
                inner.append("announce route %s %s" % (prefix, words))
        return "%sgroup %s" % (selector, " ; ".join(inner))

    def line_of_clear(self):
        selector, to = self.whom()
        for each in to:
            self.changes.append(self.tables[each.number].clear)
        return selector + "clear adj-rib out"

    def line_of_wrong(self):
        return self.dice.choice(("dance", "announce route 10.0.0.0/33 next-hop 192.0.2.1", "announce route 10.0.0.0/24", "", "announce ipv5 unicast",
                                 "neighbor 127.99.0.1 announce route 10.0.0.0/24 next-hop 192.0.2.1", "withdraw route 10.0.0.1/24",
                                 "group announce route 10.3.99.0/24 next-hop 192.0.2.1 med 77 ; announce route 10.0.0.0/40 next-hop 192.0.2.1",
                                 "announce attributes med 7 next-hop 192.0.2.1 nlri 10.3.98.0/24 10.0.0.0/77"))

    def line_of_eor(self):
        selector, _ = self.whom()
        return selector + "announce eor" + self.dice.choice(("", " ipv4 unicast", " ipv6 unicast"))

    def line_of_refresh(self):
        selector, _ = self.whom()
        return selector + "announce route-refresh " + self.dice.choice(("ipv4", "ipv6")) + " unicast"

    def line_of_flush(self):
        selector, _ = self.whom()
        return selector + "flush adj-rib out"

    def line_of_watchdog(self):
        dice = self.dice
        name = "dog%d" % dice.randrange(4)
        if dice.random() < 0.4:
            selector, _ = self.whom()
            prefix = "10.99.%d.0/24" % dice.randrange(40)
            return "%sannounce route %s %s watchdog %s%s" % (selector, prefix, self.attributes(prefix)[0], name, dice.choice(("", " withdraw")))
        return dice.choice(("announce", "withdraw")) + " watchdog " + name

    def line_of_flow(self):
        selector, _ = self.whom()
        match = "match { destination 10.%d.0.0/16; destination-port =%d; }" % (self.dice.randrange(8), self.dice.choice((80, 443)))
        if self.dice.random() < 0.3:
            return "%swithdraw flow route { %s then { discard; } }" % (selector, match)
        return "%sannounce flow route { %s then { %s; } }" % (selector, match, self.dice.choice(("discard", "rate-limit 9600")))

    def line_of_path(self):
        selector, _ = self.whom()
        prefix = "10.98.%d.0/24" % self.dice.randrange(10)
        return "%s%s route %s path-information %d next-hop 192.0.2.1" % (selector, self.dice.choice(("announce", "announce", "withdraw")), prefix,
                                                                       self.dice.randrange(1, 4))

    def line_of_show(self):
        return "show adj-rib out" + self.dice.choice((" extensive", "", " json inet", " " + self.dice.choice(self.neighbors).address))

    def line_of_word(self):
        return self.dice.choice(("# a comment", "version", "announce route 10.97.0.0/24 next-hop self", "  announce   route 10.97.1.0/24  next-hop 192.0.2.1 ;",
                                 "announce route 10.97.2.0/24 { next-hop 192.0.2.1; med 3; }", "withdraw route 10.97.1.0/24"))
