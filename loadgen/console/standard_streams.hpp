#pragma once
// What this process was started with as its standard streams, made safe to use.

namespace barrage {

/// Descriptors 0, 1 and 2 that are closed are taken, so that no socket or file comes to be one of them and is written to as a log. Writing to
/// them goes on to fail. Before anything is opened.
void take_standard_descriptors() noexcept;

/// From now on nothing that is written to stderr waits or fails, whatever it leads to (io/log_writer.hpp), and the end of a pipe is an error
/// and no signal. For commands with sessions: what they print for people may be lost, the sessions may not.
void never_wait_for_stderr();

}   // namespace barrage
