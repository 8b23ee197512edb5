#include "loadgen/options.hpp"

int main(int argc, char** argv) { return barrage::run_command_line(argc, argv); }
