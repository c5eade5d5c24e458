#include <catch2/catch.hpp>

#include "tests/disks/faulty_env.h"
#include "server/store/wal.h"
#include "wal_history_script.h"

namespace paddock::store {
namespace {

constexpr WalOptions kOptions{.segment_bytes = 4096, .sync = true, .stamp = 77};

struct Found {
  bool refused = false;
  std::string message;
  Entries entries;
};

Found recover(Env& env) {
  WalContents contents;
  const auto wal = Wal::open(env, "/log", kOptions, {}, contents);
  if (!wal.ok()) return {true, wal.fault().message, {}};
  return {false, {}, entries_of(contents.records)};
}

std::string flipped(std::string content, size_t at, int bit) {
  content[at] = static_cast<char>(content[at] ^ (1 << bit));
  return content;
}

// Everything up to the last group that a later group proves.
struct Proven {
  Entries all;
  size_t proven = 0;
};

Proven write_log(FaultyEnv& env, int groups) {
  LogScript script(env, kOptions);
  REQUIRE(script.open());
  Proven result;
  for (int i = 0; i < groups; ++i) {
    result.proven = script.model.sure.size();
    REQUIRE(script.group(2, 150));
  }
  result.all = script.model.sure;
  return result;
}

void sweep(int groups) {
  FaultyEnv env;
  const Proven written = write_log(env, groups);
  const auto names = env.list("/log");
  for (const std::string& name : *names) {
    const std::string path = "/log/" + name;
    const std::string content = env.content(path);
    for (size_t at = 0; at < content.size(); ++at) {
      const auto damaged = env.after_crash(Fate::keep_all());
      damaged->overwrite(path, flipped(content, at, static_cast<int>(at % 8)));
      const Found found = recover(*damaged);
      INFO(name << " byte " << at);
      if (found.refused) {
        REQUIRE(found.message.find(path) != std::string::npos);
        REQUIRE(found.message.find("offset") != std::string::npos);
        continue;
      }
      REQUIRE(found.entries.size() >= written.proven);
      const Entries prefix(written.all.begin(),
                           written.all.begin() + static_cast<ptrdiff_t>(found.entries.size()));
      REQUIRE(found.entries == prefix);
    }
  }
}

TEST_CASE("a flipped bit anywhere is refused by name, or harmless behind the last proven group") {
  sweep(3);
  sweep(9);  // several segments
}

TEST_CASE("an idle group proves the last records, so that damage to them is refused") {
  FaultyEnv env;
  LogScript script(env, kOptions);
  REQUIRE((script.open() && script.group(2, 100) && script.group(0)));
  script.close();
  const std::string path = "/log/0000000000000001.log";
  const std::string content = env.content(path);
  env.overwrite(path, flipped(content, content.find("2/2/"), 0));
  const Found found = recover(env);
  REQUIRE(found.refused);
  CHECK(found.message.find("behind zxid 0x1") != std::string::npos);
  CHECK(found.message.find("ensemble") != std::string::npos);
}

TEST_CASE("a damaged log is left as it is") {
  FaultyEnv env;
  write_log(env, 9);
  const std::string path = "/log/0000000000000001.log";
  std::string content = env.content(path);
  content[700] ^= 1;
  env.overwrite(path, content);
  const uint64_t before = env.operations();
  REQUIRE(recover(env).refused);
  CHECK(env.content(path) == content);
  CHECK(env.operations() == before);
}

TEST_CASE("a missing, a swapped and a shortened segment are refused") {
  FaultyEnv env;
  write_log(env, 20);
  const std::string first = "/log/0000000000000001.log";
  const std::string second = "/log/0000000000000002.log";
  SECTION("missing") {
    REQUIRE(env.remove(second).ok());
  }
  SECTION("swapped") {
    const std::string content = env.content(first);
    env.overwrite(first, env.content(second));
    env.overwrite(second, content);
  }
  SECTION("shortened") {
    env.overwrite(second, env.content(second).substr(0, 1500));
  }
  SECTION("zeroed in the middle") {
    std::string content = env.content(first);
    content.replace(1024, 512, 512, '\0');
    env.overwrite(first, content);
  }
  const Found found = recover(env);
  REQUIRE(found.refused);
  CHECK(found.message.find("/log/") != std::string::npos);
}

TEST_CASE("a client's data that looks like a group does not prove damage") {
  FaultyEnv env;
  WalOptions other = kOptions;
  other.stamp = 78;  // what the client guessed
  FaultyEnv elsewhere;
  LogScript guess(elsewhere, other);
  REQUIRE((guess.open() && guess.group(1) && guess.group(1)));
  const std::string forged = elsewhere.content("/log/0000000000000001.log").substr(1024, 512);

  WalContents contents;
  auto wal = Wal::open(env, "/log", kOptions, {}, contents);
  REQUIRE(wal.ok());
  // The forged block lies in the record's payload, at the very offset that it names.
  std::string payload(512 - 80 - 16, 'x');
  payload += forged;
  const Append record{{}, Zxid{1}, Bytes(payload)};
  REQUIRE((*wal)->append_group({&record, 1}, {}, {}).ok());
  const std::string path = "/log/0000000000000001.log";
  std::string content = env.content(path);
  REQUIRE(content.substr(1024, 512) == forged);
  content[600] ^= 1;  // the only group is torn
  env.overwrite(path, content);
  const Found found = recover(env);
  CHECK_FALSE(found.refused);
  CHECK(found.entries.empty());
}

}  // namespace
}  // namespace paddock::store
