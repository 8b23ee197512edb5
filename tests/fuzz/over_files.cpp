// Stands in for libFuzzer: gives a fuzz target every file of the folder named last, once. Words that begin with '-' are libFuzzer's.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** words)
{
    std::size_t files = 0;
    for (const auto& each : std::filesystem::directory_iterator{words[count - 1]}) {
        std::ifstream file{each.path(), std::ios::binary};
        const std::vector<char> octets{std::istreambuf_iterator<char>{file}, {}};
        // Should it crash, the last line says over which file.
        std::printf("\r%s", each.path().filename().c_str());
        std::fflush(stdout);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
        ++files;
    }
    std::printf("\r%zu files\n", files);
    return files == 0;
}
