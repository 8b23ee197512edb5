#include "loadgen/options.hpp"
#include "tuning/allocator.hpp"

int main(int argc, char** argv)
{
    barrage::configure_allocator();
    return barrage::run_command_line(argc, argv);
}
