// Files as hexadecimal digits, and what version 1 of our own formats wrote.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace paddock::store {

inline std::string hex(std::string_view bytes) {
  std::string digits;
  for (const char byte : bytes) digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return digits;
}

inline std::string unhex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

inline constexpr char kGoldenHeader[] =
    "50444b57414c0d0a01000000010000000100000000000000887766554433221100000000000000000000000001000000"
    "000000000000000000000000000000000000000000000000dae99b5ec47da25c00000000000000000000000000000000";
inline constexpr char kGoldenGroup[] =
    "0000000000000000300000004e4f54450000000001000000010000000000000088776655443322110002000000000000"
    "000200000000000001000000010000000000000001000000854b83de8a51e93a0300000054584e200100000001000000"
    "6f6e6582e64d84f24538f40000000054584e200200000001000000a19c20950ea3c00a00000000000000000000000000"
    "00000000000000000000000000000000";
inline constexpr char kGoldenEmptyGroup[] =
    "a19c20950ea3c00a300000004e4f54450200000001000000010000000000000088776655443322110004000000000000"
    "830200000000000002000000010000000000000001000000114c087df770b47400000000000000000000000000000000";
inline constexpr char kGoldenEpochs[] =
    "504b4445504f4348010000000a000000090000000000000001000000000000008f3704112db61e09";

}  // namespace paddock::store
