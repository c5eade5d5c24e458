#include "server/store/java_log.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "tests/records/allocations.h"
#include "tests/records/generate.h"
#include "tests/records/samples.h"

using namespace paddock;
using store::read_java_log;
using tests::from_hex;

namespace {

constexpr size_t kFileHeader = 16;
constexpr size_t kChecksumAndLength = 12;

std::string recorded_log() {
  return tests::sample_named(tests::load_samples("disk.txt"), "log file log.1").bytes;
}

std::vector<std::string> recorded_entries() {
  std::vector<std::string> entries;
  for (tests::Sample& sample : tests::load_samples("disk.txt")) {
    if (sample.title.starts_with("log entry body")) entries.push_back(std::move(sample.bytes));
  }
  return entries;
}

std::optional<size_t> count_in(std::string_view file) {
  const auto entries = read_java_log(file);
  if (!entries.ok()) return std::nullopt;
  return entries->size();
}

std::string fault_of(std::string_view file) {
  const auto entries = read_java_log(file);
  return entries.ok() ? "no fault" : entries.fault().message;
}

// Where each entry of the recorded log ends.
std::vector<size_t> ends_of_entries() {
  std::vector<size_t> ends{kFileHeader};
  for (const std::string& entry : recorded_entries()) {
    ends.push_back(ends.back() + kChecksumAndLength + entry.size() + 1);
  }
  return ends;
}

}  // namespace

TEST_CASE("a recorded Java log holds the recorded entries in order") {
  const std::string file = recorded_log();
  const auto expected = recorded_entries();
  const auto entries = read_java_log(file);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    CHECK(tests::to_hex((*entries)[i].txn) == tests::to_hex(expected[i]));
    CHECK((*entries)[i].zxid == Zxid{static_cast<int64_t>(i + 1)});
    CHECK(txn::decode_txn((*entries)[i].txn).ok());
  }
}

TEST_CASE("padding ends a Java log, however long") {
  for (const size_t zeros : {1, 11, 12, 13, 4096})
    CHECK(count_in(recorded_log() + std::string(zeros, '\0')) == 16);
}

TEST_CASE("a Java log cut anywhere keeps the entries that are whole") {
  const std::string file = recorded_log();
  const auto ends = ends_of_entries();
  REQUIRE(ends.back() == file.size());
  size_t whole = 0;
  for (size_t size = kFileHeader; size <= file.size(); ++size) {
    if (whole + 1 < ends.size() && size == ends[whole + 1]) ++whole;
    REQUIRE(count_in(std::string_view(file).substr(0, size)) == whole);
  }
  CHECK(whole == 16);
}

TEST_CASE("an entry without its end marker ends a Java log, whatever follows") {
  std::string file = recorded_log();
  file[ends_of_entries()[3] - 1] = 'C';
  CHECK(count_in(file) == 2);
}

TEST_CASE("the end of a Java log is clean, torn, or has lost its marker before whole entries") {
  const auto at_end = [](std::string_view file) {
    auto cursor = *store::JavaLogCursor::open(file);
    while (*cursor.next()) {
    }
    return cursor;
  };
  const auto ends = ends_of_entries();
  const std::string padded = recorded_log() + std::string(100, '\0');
  CHECK(at_end(padded).offset() == ends.back());
  CHECK_FALSE(at_end(padded).is_torn());
  CHECK_FALSE(at_end(padded).entry_behind_end());

  const std::string cut = recorded_log().substr(0, ends[15] + 20);
  CHECK(at_end(cut).offset() == ends[15]);
  CHECK(at_end(cut).is_torn());
  CHECK_FALSE(at_end(cut).entry_behind_end());

  std::string unmarked = recorded_log();
  unmarked[ends[3] - 1] = 'C';
  CHECK(at_end(unmarked).offset() == ends[2]);
  CHECK(at_end(unmarked).is_torn());
  CHECK(at_end(unmarked).entry_behind_end() == Zxid{4});
}

TEST_CASE("a wrong checksum in a Java log is a fault, also in the very last entry") {
  std::string file = recorded_log();
  const size_t last = ends_of_entries()[15];
  file[last + kChecksumAndLength] ^= 1;
  CHECK(fault_of(file).starts_with(fmt::format("the log entry at offset {} has Adler-32 0x", last)));
  file = recorded_log();
  file[kFileHeader] ^= 1;  // the upper half of the checksum is part of it
  CHECK(fault_of(file).starts_with("the log entry at offset 16 has Adler-32 0xe6250bbc"));
}

TEST_CASE("an impossible length in a Java log is a fault that names the limit") {
  for (const int32_t length : {-1, -2, 2 * 0xfffff + 1, INT32_MAX}) {
    std::string file = recorded_log();
    jute::store_int(file.data() + kFileHeader + 8, length);
    CHECK(fault_of(file) ==
          fmt::format("the log entry at offset 16 has a length of {} (limit 2097150)", length));
  }
  CHECK_FALSE(read_java_log(recorded_log(), 47).ok());
  CHECK(read_java_log(recorded_log(), 154).ok());
}

TEST_CASE("bytes that are no Java log are a fault") {
  CHECK(fault_of("") == "a log of 0 bytes ends inside its header of 16");
  CHECK(fault_of(recorded_log().substr(0, 15)) == "a log of 15 bytes ends inside its header of 16");
  CHECK(fault_of(from_hex("5a4b534e 00000002 0000000000000000")) ==
        "a log begins with 0x5a4b534e, not with ZKLG");
  CHECK(count_in(from_hex("5a4b4c47 00000009 0000000000000000")) == 0);  // Java does not look at the version
}

TEST_CASE("a sealed entry that is too short for a transaction is a fault") {
  CHECK(fault_of(from_hex("5a4b4c47 00000002 0000000000000000 0000000000620062 00000001 61 42")) ==
        "the log entry at offset 16 holds 1 bytes");
}

TEST_CASE("no spoiled Java log harms the reader") {
  Random random(1);
  const std::string file = recorded_log();
  for (int round = 0; round < 3000; ++round) {
    const std::string bytes = tests::spoiled(random, file);
    tests::AllocationMeter meter;
    (void)count_in(bytes);
    REQUIRE(meter.largest() <= bytes.size() + 512);
  }
}
