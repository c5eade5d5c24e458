#include "server/store/snapshot_file.h"

#include <catch2/catch.hpp>

#include "crash_points.h"
#include "tests/disks/faulty_env.h"
#include "protocol/base/random.h"

namespace paddock::store {
namespace {

constexpr char kPath[] = "/data/snapshot.1";

std::string noise(size_t size) {
  Random random(size);
  std::string bytes(size, 0);
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

Status write(Env& env, std::string_view content, size_t piece) {
  auto writer = SnapshotFileWriter::create(env, kPath, Zxid{0x500000007});
  if (!writer.ok()) return writer.fault();
  for (size_t at = 0; at < content.size(); at += piece) {
    if (Status done = (*writer)->append(content.substr(at, piece)); !done.ok()) return done;
  }
  if (Status done = (*writer)->finish(); !done.ok()) return done;
  return env.sync_directory("/data");
}

Result<std::string> read(Env& env) {
  auto reader = SnapshotFileReader::open(env, kPath);
  if (!reader.ok()) return reader.fault();
  std::string content;
  while (true) {
    auto piece = (*reader)->next();
    if (!piece.ok()) return piece.fault();
    if (!*piece) return content;
    content += **piece;
  }
}

TEST_CASE("a snapshot file gives back what was appended, in whatever pieces it came") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/data").ok());
  for (const size_t size : {0, 1, 1000, 1 << 20, (1 << 20) + 1, 3'000'000}) {
    for (const size_t piece : {1000, 1 << 20, 2'500'000}) {
      const std::string content = noise(size);
      REQUIRE(write(env, content, piece).ok());
      const auto found = read(env);
      REQUIRE(found.ok());
      CHECK(*found == content);
      CHECK((*SnapshotFileReader::open(env, kPath))->zxid() == Zxid{0x500000007});
    }
  }
}

TEST_CASE("a changed byte and a cut anywhere in a snapshot file are faults that name it") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/data").ok());
  REQUIRE(write(env, noise(700), 700).ok());
  const std::string whole = env.content(kPath);
  const auto expect_fault = [&](std::string content) {
    env.overwrite(kPath, std::move(content));
    const auto found = read(env);
    REQUIRE_FALSE(found.ok());
    REQUIRE(found.fault().message.find(kPath) != std::string::npos);
  };
  for (size_t at = 0; at < whole.size(); ++at) {
    INFO("offset " << at);
    std::string changed = whole;
    changed[at] ^= 0x10;
    expect_fault(changed);
    expect_fault(whole.substr(0, at));
  }
}

TEST_CASE("a power cut while a snapshot file is written leaves a whole one or one that is refused") {
  const std::string content = noise(20'000);
  FaultyEnv whole;
  REQUIRE(whole.make_directories("/data").ok());
  REQUIRE(write(whole, content, 3000).ok());
  for (uint64_t cut = 1; cut <= whole.operations() + 1; ++cut) {
    FaultyEnv env;
    REQUIRE(env.make_directories("/data").ok());
    env.cut_power_at(cut);
    const bool written = write(env, content, 3000).ok();
    for_each_crash(env, [&](FaultyEnv& crashed) {
      const auto found = read(crashed);
      if (written) REQUIRE(found.ok());
      if (found.ok()) REQUIRE(*found == content);
    });
  }
}

}  // namespace
}  // namespace paddock::store
