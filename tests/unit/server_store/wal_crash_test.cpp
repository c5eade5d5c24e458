#include <catch2/catch.hpp>

#include "crash_points.h"
#include "server/store/wal.h"
#include "tests/disks/faulty_env.h"
#include "wal_history_script.h"

namespace paddock::store {
namespace {

WalOptions tiny() {
  return {.segment_bytes = 4096, .sync = true, .stamp = 77};
}

// Two segments become free, and are written over: cut in the middle, and by a later life.
bool write_over(LogScript& script) {
  if (!script.purge(script.last()) || !script.group(3, 900) || !script.group(2, 300)) return false;
  const Zxid cut = script.last();
  if (!script.group(1, 500) || !script.truncate(cut) || !script.group(2, 700)) return false;
  script.close();
  return script.open() && script.group(3, 900) && script.purge(cut) && script.group(3, 900) &&
         script.group(1);
}

// Everything the log can do, in small; stops at the first step that fails.
bool play(LogScript& script) {
  if (!script.open()) return false;
  const bool first_part = script.group(1) && script.group(3, 200) && script.group(0) &&
                          script.group(4, 400) && script.group(2, 900) && script.group(5, 300) &&
                          script.group(1, 6000);
  if (!first_part) return false;
  script.close();
  const bool cuts = script.open() && script.truncate(Zxid{13}) && script.group(2, 500) &&
                    script.truncate(Zxid{4}) && script.group(3, 700) && script.group(3, 700);
  if (!cuts) return false;
  script.checkpoint = Zxid{7};
  const bool purged = script.group(1) && script.purge(Zxid{7}) && script.group(6, 600);
  const bool again = purged && script.restart_after(Zxid{500}) && script.group(2) && script.group(3, 1000) &&
                     script.group(2, 1000);
  return again && write_over(script);
}

// A log recovered from what the crash left holds what it must; and it can go on, and is found again.
void check_recovery(FaultyEnv& env, const LogModel& model) {
  WalContents contents;
  auto wal = Wal::open(env, "/log", tiny(), model.base, contents);
  INFO((wal.ok() ? "" : wal.fault().message));
  REQUIRE(wal.ok());
  const Entries found = entries_of(contents.records);
  INFO("found " << found.size() << " sure " << model.sure.size() << " perhaps " << model.perhaps.size());
  REQUIRE(model.allows(found));
  if (!(model.perhaps_empty && found.empty())) REQUIRE(contents.commit_point >= model.commit_sure);

  const Zxid next = (*wal)->last().next();
  const Append more{{}, next, Bytes(std::string("more"))};
  REQUIRE((*wal)->append_group({&more, 1}, {}, {}).ok());
  wal->reset();
  const auto crashed_again = env.after_crash(Fate::lose_all());
  WalContents again;
  const auto reopened = Wal::open(*crashed_again, "/log", tiny(), model.base, again);
  REQUIRE(reopened.ok());
  REQUIRE(again.records.size() == found.size() + 1);
  REQUIRE(again.records.back().zxid == next);
}

TEST_CASE("the log survives a power cut at every operation, whatever was lost of the unsynced") {
  FaultyEnv whole;
  LogScript reference(whole, tiny());
  REQUIRE(play(reference));
  REQUIRE(reference.wal().segments().back().header.written_over);
  size_t states = 0;
  for (uint64_t cut = 1; cut <= whole.operations(); ++cut) {
    FaultyEnv env;
    env.cut_power_at(cut);
    LogScript script(env, tiny());
    REQUIRE_FALSE(play(script));
    states += for_each_crash(env, [&](FaultyEnv& crashed) { check_recovery(crashed, script.model); });
  }
  CHECK(states > 2000);
}

TEST_CASE("recovery itself survives a power cut at each of its operations") {
  for (uint64_t seed = 0; seed < 12; ++seed) {
    FaultyEnv env;
    LogScript script(env, tiny());
    REQUIRE((script.open() && script.group(3, 200) && script.group(2, 900)));
    env.cut_power_at(env.operations() + 2);  // the next group is written and not synced
    REQUIRE_FALSE(script.group(4, 300));
    const auto torn = env.after_crash(Fate::torn(seed));
    for (uint64_t cut = 1;; ++cut) {
      const auto victim = torn->after_crash(Fate::keep_all());
      victim->cut_power_at(cut);
      WalContents contents;
      const bool recovered = Wal::open(*victim, "/log", tiny(), {}, contents).ok();
      for_each_crash(*victim, [&](FaultyEnv& crashed) { check_recovery(crashed, script.model); });
      if (recovered) break;
    }
  }
}

TEST_CASE("what a start finds after a mere kill is durable before it is told") {
  FaultyEnv env;
  WalOptions lazy = tiny();
  lazy.sync = false;
  LogScript killed(env, lazy);
  REQUIRE((killed.open() && killed.group(2, 300)));
  killed.close();
  WalContents contents;
  REQUIRE(Wal::open(env, "/log", tiny(), {}, contents).ok());
  REQUIRE(entries_of(contents.records) == killed.model.sure);
  for_each_crash(env, [&](FaultyEnv& crashed) { check_recovery(crashed, killed.model); });
}

TEST_CASE("every operation of the log that fails is a fault that names a file") {
  FaultyEnv whole;
  LogScript reference(whole, tiny());
  REQUIRE(play(reference));
  for (uint64_t failing = 1; failing <= whole.operations(); ++failing) {
    FaultyEnv env;
    env.fail_at(failing, GENERATE("Input/output error", "No space left on device"));
    LogScript script(env, tiny());
    INFO("operation " << failing);
    REQUIRE_FALSE(play(script));
    REQUIRE(script.fault.find("/log") != std::string::npos);
    // The process ends there. What was acknowledged before is still there.
    for_each_crash(env, [&](FaultyEnv& crashed) { check_recovery(crashed, script.model); });
  }
}

TEST_CASE("with forceSync=no a power cut loses a tail and nothing else") {
  WalOptions lazy = tiny();
  lazy.sync = false;
  for (uint64_t cut = 5; cut < 60; ++cut) {
    FaultyEnv env;
    env.cut_power_at(cut);
    LogScript script(env, lazy);
    if (script.open()) {
      while (script.group(2, 300)) {
      }
    }
    for_each_crash(env, [&](FaultyEnv& crashed) {
      WalContents contents;
      const auto wal = Wal::open(crashed, "/log", lazy, {}, contents);
      INFO((wal.ok() ? "" : wal.fault().message));
      REQUIRE(wal.ok());
      const Entries found = entries_of(contents.records);
      LogModel tail = script.model;
      tail.perhaps_cut = tail.sure.size();
      REQUIRE(tail.allows(found));
    });
  }
}

}  // namespace
}  // namespace paddock::store
