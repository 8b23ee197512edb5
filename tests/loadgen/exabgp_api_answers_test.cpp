// What a program is told: in the order of its commands, bounded, and an acknowledgement never lost.

#include "tests/support/doctest.hpp"

#include "loadgen/exabgp/api/api_conversation.hpp"

using namespace barrage::exabgp;

namespace {

std::string all_of(ClientOutput& queue, std::size_t at_once = 1 << 20)
{
    std::string text;
    while (!queue.empty()) {
        std::string part;
        queue.take(part, at_once);
        text += part;
    }
    return text;
}

}   // namespace

TEST_CASE("lines come out in their order, whatever is taken at once")
{
    for (const std::size_t at_once : {1, 7, 64, 4096}) {
        ClientOutput queue;
        std::string expected;
        for (int i = 0; i < 100; ++i) {
            queue.add("done\n");
            queue.add(i % 3 == 0 ? "error\n" : "done\n", 2);
            const auto event = "{ \"event\": " + std::to_string(i) + std::string(100, ' ') + "}\n";
            queue.add(event);
            expected += std::string{"done\n"} + (i % 3 == 0 ? "error\nerror\n" : "done\ndone\n") + event;
        }
        CHECK(all_of(queue, at_once) == expected);
        CHECK(queue.octets() == 0);
    }
}

TEST_CASE("a million acknowledgements cost one, and none is lost")
{
    ClientOutput queue{1000};
    for (int i = 0; i < 1'000'000; ++i) CHECK(queue.add("done\n"));
    CHECK(queue.octets() == 5);
    CHECK(all_of(queue).size() == 5'000'000);
}

TEST_CASE("beyond the limit lines are left out and counted; what has begun is told whole")
{
    ClientOutput queue{100};
    const std::string line(90, 'x');
    CHECK(queue.add(line + "\n"));
    CHECK(queue.add(line + "y\n"));
    CHECK(queue.full());
    CHECK_FALSE(queue.add("z\n"));
    CHECK(queue.add("zz\n", 1, true));
    CHECK(queue.left_out() == 1);
    CHECK(all_of(queue) == line + "\n" + line + "y\nzz\n");
    CHECK(queue.take_left_out() == 1);
    CHECK(queue.left_out() == 0);
}

TEST_CASE("answers wait for those before them")
{
    ApiConversation conversation{"test", ""};
    int progress = 0;
    conversation.on_progress = [&] { ++progress; };
    const auto first = conversation.open(3);
    const auto second = conversation.open();
    const auto third = conversation.open();
    conversation.add(first, "done\n", 3);
    conversation.add(second, "exabgp 5.0.0\n");
    conversation.add(second, "done\n");
    conversation.add(third, "error\n");
    conversation.close(third);
    conversation.close(second);
    CHECK(conversation.client_output().empty());
    CHECK(progress == 0);
    conversation.send_event("event\n");   // events do not wait for answers
    conversation.close(first);
    CHECK(progress == 2);
    CHECK(all_of(conversation.client_output()) == "event\ndone\ndone\ndone\nexabgp 5.0.0\ndone\nerror\n");
    CHECK(conversation.all_answered());
}

TEST_CASE("too many open commands stop the reading until they are answered")
{
    ApiConversation conversation{"test", ""};
    int progress = 0;
    conversation.on_progress = [&] { ++progress; };
    const auto flood = conversation.open(ApiConversation::most_open_lines);
    CHECK_FALSE(conversation.may_take_more());
    conversation.close(flood);   // acknowledgements may be off: nothing is told, but reading goes on
    CHECK(conversation.may_take_more());
    CHECK(progress == 1);
}
