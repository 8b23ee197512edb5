#include "loadgen/commands/options.hpp"
#include "loadgen/console/standard_streams.hpp"
#include "tuning/allocator.hpp"

int main(int argc, char** argv)
{
    barrage::take_standard_descriptors();
    barrage::configure_allocator();
    return barrage::run_command_line(argc, argv);
}
