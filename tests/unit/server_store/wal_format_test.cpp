#include "server/store/wal_format.h"

#include <catch2/catch.hpp>

#include "tests/disks/faulty_env.h"
#include "hex.h"
#include "server/store/epoch_file.h"
#include "server/store/wal.h"

namespace paddock::store {
namespace {

TEST_CASE("golden: the bytes of a segment with two groups") {
  FaultyEnv env;
  WalContents contents;
  auto wal = Wal::open(env, "/log", {.segment_bytes = 2048, .sync = true, .stamp = 0x1122334455667788},
                       Zxid{0x100000000}, contents);
  REQUIRE(wal.ok());
  const std::vector<Append> records = {{{}, Zxid{0x100000001}, Bytes(std::string("one"))},
                                       {{}, Zxid{0x100000002}, Bytes(std::string())}};
  REQUIRE((*wal)->append_group(records, {Zxid{0x100000001}}, Zxid{0x100000000}).ok());
  REQUIRE((*wal)->append_group({}, {Zxid{0x100000002}}, {}).ok());
  const std::string content = env.content("/log/0000000000000001.log");
  CHECK(content.size() == 2048);
  CHECK(hex(content.substr(0, 96)) == kGoldenHeader);
  CHECK(hex(content.substr(512, 160)) == kGoldenGroup);
  CHECK(hex(content.substr(1024, 96)) == kGoldenEmptyGroup);
}

TEST_CASE("golden: the bytes of the epochs") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/data").ok());
  REQUIRE(write_epochs(env, "/data", {0x0a, 0x09}).ok());
  const std::string content = env.content("/data/epochs");
  CHECK(hex(content.substr(0, 40)) == kGoldenEpochs);
  CHECK(hex(content.substr(4096)) == kGoldenEpochs);
}

TEST_CASE("a log written by the first version is read") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/log").ok());
  std::string content(2048, '\0');
  content.replace(0, 96, unhex(kGoldenHeader));
  content.replace(512, 160, unhex(kGoldenGroup));
  content.replace(1024, 96, unhex(kGoldenEmptyGroup));
  env.overwrite("/log/0000000000000001.log", content);
  WalContents contents;
  const auto wal = Wal::open(env, "/log", {}, {}, contents);
  REQUIRE(wal.ok());
  REQUIRE(contents.records.size() == 2);
  CHECK(contents.records[0].txn.view() == "one");
  CHECK(contents.commit_point == Zxid{0x100000002});
  CHECK(contents.base == Zxid{0x100000000});
}

}  // namespace
}  // namespace paddock::store
