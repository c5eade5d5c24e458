// A Java server's data directory taken over, and the way back.
#include "server/store/java_import.h"

#include <zlib.h>
#include <catch2/catch.hpp>

#include "crash_points.h"
#include "tests/disks/faulty_env.h"
#include "server/store/java_export.h"
#include "server/store/java_log.h"
#include "server/store/store_opening.h"
#include "tests/records/samples.h"
#include "znode/state.h"

namespace paddock::store {
namespace {

// The recorded server had TTL nodes switched on.
znode::Options java_options() {
  znode::Options options;
  options.extended_types = true;
  return options;
}

StoreOptions options_for(const std::string& log = "/log") {
  StoreOptions options;
  options.data_dir = "/data";
  options.data_log_dir = log;
  options.wal = {.segment_bytes = 8192, .sync = true, .stamp = 5};
  options.checkpoint = {.write_buffer_bytes = 64 << 10};
  return options;
}

std::string recorded(std::string_view title) {
  return tests::sample_named(tests::load_samples("disk.txt"), title).bytes;
}

// The recorded server as it was stopped: a snapshot at its start, one later, and its log.
void put_java_data(FaultyEnv& env, const std::string& log = "/log") {
  REQUIRE(env.make_directories("/data/version-2").ok());
  REQUIRE(env.make_directories(log + "/version-2").ok());
  env.overwrite("/data/version-2/snapshot.0", recorded("snapshot file snapshot.0,"));
  env.overwrite(log + "/version-2/log.1", recorded("log file log.1") + std::string(500, '\0'));
}

znode::StateChecksum checksum_after_whole_log() {
  znode::State state(java_options());
  const std::string log = recorded("log file log.1");
  for (const JavaLogEntry& entry : *read_java_log(log)) state.apply(*txn::decode_txn(entry.txn));
  return state.checksum();
}

// A start as an ensemble of one makes it: all that is logged counts.
struct Start {
  explicit Start(Env& env, const StoreOptions& options = options_for()) {
    auto opened = open_store(env, options, state);
    if (!opened.ok()) {
      fault = opened.fault().message;
      return;
    }
    recovered = opened->recovered;
    for (const Append& record : recovered.tail) state.apply(*txn::decode_txn(record.txn.view()));
  }
  znode::State state{java_options()};
  Recovered recovered;
  std::string fault;
};

std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  REQUIRE(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) ==
          Z_OK);
  std::string out(bytes.size() + 200, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_CASE("a Java server's snapshot and log are taken over; the log's end stays uncommitted") {
  FaultyEnv env;
  const std::string log = GENERATE("/log", "/data");
  put_java_data(env, log);
  const Start first(env, options_for(log));
  INFO(first.fault);
  REQUIRE(first.fault.empty());
  CHECK(first.recovered.checkpoint == Zxid{0});
  CHECK(first.recovered.commit_point == Zxid{0});
  CHECK(first.recovered.last_logged == Zxid{16});
  CHECK(first.recovered.tail.size() == 16);
  CHECK(first.state.checksum() == checksum_after_whole_log());
  CHECK(first.state.digest_mismatches() == 0);
  CHECK_FALSE(*env.exists("/data/version-2"));
  CHECK(*env.exists("/data/version-2.imported/snapshot.0"));
  CHECK(*env.exists(log + "/version-2.imported/log.1"));
  CHECK_FALSE(*env.exists("/data/paddock/IMPORTING"));

  const Start second(env, options_for(log));
  CHECK(second.fault.empty());
  CHECK(second.state.checksum() == first.state.checksum());
}

TEST_CASE("the newest whole snapshot counts, compressed by gzip or not, and the log only behind it") {
  FaultyEnv env;
  put_java_data(env);
  const std::string newest = recorded("snapshot file snapshot.10,");
  SECTION("plain") {
    env.overwrite("/data/version-2/snapshot.10", newest);
  }
  SECTION("gzip") {
    env.overwrite("/data/version-2/snapshot.10.gz", gzipped(newest));
  }
  SECTION("with a newer one that was cut") {
    env.overwrite("/data/version-2/snapshot.10", newest);
    env.overwrite("/data/version-2/snapshot.20", newest.substr(0, 100));
    env.overwrite("/data/version-2/snapshot.30.gz", gzipped(newest).substr(0, 50));
  }
  const Start start(env);
  INFO(start.fault);
  REQUIRE(start.fault.empty());
  CHECK(start.recovered.checkpoint == Zxid{16});
  CHECK(start.recovered.tail.empty());
  CHECK(start.state.checksum() == checksum_after_whole_log());
}

TEST_CASE("what a Java server has logged twice is taken over once") {
  FaultyEnv env;
  put_java_data(env);
  constexpr size_t kHeader = 16;
  const std::string log = recorded("log file log.1");
  env.overwrite("/log/version-2/log.1", log + log.substr(kHeader));
  const Start start(env);
  INFO(start.fault);
  REQUIRE(start.fault.empty());
  CHECK(start.recovered.tail.size() == 16);
  CHECK(start.state.checksum() == checksum_after_whole_log());
  CHECK(start.state.digest_mismatches() == 0);
}

TEST_CASE("what cannot be taken over is refused by name, and stays Java's") {
  FaultyEnv env;
  put_java_data(env);
  std::string expected;
  SECTION("snappy") {
    expected = "/data/version-2/snapshot.20.snappy";
    env.overwrite(expected, "x");
  }
  SECTION("no whole snapshot") {
    expected = "/data/version-2/snapshot.0";
    env.overwrite(expected, "ZKSN");
  }
  SECTION("a log without a snapshot") {
    expected = "/data/version-2: there is a log";
    REQUIRE(env.remove("/data/version-2/snapshot.0").ok());
  }
  SECTION("a damaged log") {
    expected = "/log/version-2/log.1";
    std::string log = env.content(expected);
    log[60] ^= 1;
    env.overwrite(expected, log);
  }
  SECTION("a log of a later epoch than currentEpoch says") {
    expected = "/data/version-2/currentEpoch";
    env.overwrite(expected, "0");
    env.overwrite("/data/version-2/snapshot.100000010", recorded("snapshot file snapshot.10,"));
  }
  SECTION("a promise that is older than the current epoch") {
    expected = "/data/version-2/acceptedEpoch";
    env.overwrite(expected, "3");
    env.overwrite("/data/version-2/currentEpoch", "4");
  }
  const Start start(env);
  CHECK(start.fault.find(expected) != std::string::npos);
  CHECK(*env.exists("/log/version-2/log.1"));
  CHECK_FALSE(*env.exists("/data/paddock/FORMAT"));
}

TEST_CASE("epochs are those of Java's files, of a file about to be renamed, or the log's") {
  FaultyEnv env;
  put_java_data(env);
  Epochs expected;
  SECTION("none") {
    expected = {0, 0};
  }
  SECTION("both") {
    env.overwrite("/data/version-2/acceptedEpoch", "7");
    env.overwrite("/data/version-2/currentEpoch", "5\n");
    expected = {7, 5};
  }
  SECTION("about to be renamed") {
    env.overwrite("/data/version-2/snapshot.600000010", recorded("snapshot file snapshot.10,"));
    env.overwrite("/data/version-2/acceptedEpoch", "6");
    env.overwrite("/data/version-2/currentEpoch", "5");
    env.overwrite("/data/version-2/currentEpoch.tmp", "6");
    expected = {6, 6};
  }
  const Start start(env);
  INFO(start.fault);
  REQUIRE(start.fault.empty());
  CHECK(start.recovered.epochs == expected);
}

TEST_CASE("a server that has data of its own does not start beside a Java server's") {
  FaultyEnv env;
  REQUIRE(Start(env).fault.empty());
  put_java_data(env);
  const Start start(env);
  CHECK(start.fault.find("/data/version-2") != std::string::npos);
  CHECK(start.fault.find("/data/paddock") != std::string::npos);
}

TEST_CASE("a power cut at any operation of an import leaves all of it Java's, or all of it ours") {
  FaultyEnv whole;
  put_java_data(whole);
  REQUIRE(Start(whole).fault.empty());
  const auto expected = checksum_after_whole_log();
  for (uint64_t cut = 1; cut <= whole.operations() + 1; ++cut) {
    FaultyEnv env;
    put_java_data(env);
    env.cut_power_at(cut);
    const Start before(env);
    INFO("cut at " << cut << " of " << whole.operations());
    for_each_crash(env, [&](FaultyEnv& crashed) {
      if (!*crashed.exists("/data/paddock/FORMAT")) {
        REQUIRE(*crashed.exists("/data/version-2/snapshot.0"));
        REQUIRE(*crashed.exists("/log/version-2/log.1"));
      }
      const Start after(crashed);
      INFO(after.fault);
      REQUIRE(after.fault.empty());
      REQUIRE(after.state.checksum() == expected);
      REQUIRE_FALSE(*crashed.exists("/data/version-2"));
      REQUIRE_FALSE(*crashed.exists("/log/version-2"));
      REQUIRE_FALSE(*crashed.exists("/data/paddock/IMPORTING"));
    });
  }
}

TEST_CASE("what was taken over is durable with forceSync=no, too") {
  FaultyEnv env;
  put_java_data(env);
  StoreOptions options = options_for();
  options.wal.sync = false;
  REQUIRE(Start(env, options).fault.empty());
  const auto crashed = env.after_crash(Fate::lose_all());
  const Start start(*crashed, options);
  INFO(start.fault);
  REQUIRE(start.fault.empty());
  CHECK(start.state.checksum() == checksum_after_whole_log());
}

TEST_CASE("what is exported is imported again as the same state, epochs and history") {
  FaultyEnv env;
  put_java_data(env);
  env.overwrite("/data/version-2/acceptedEpoch", "7");
  env.overwrite("/data/version-2/currentEpoch", "5");
  const Start source(env);
  REQUIRE(source.fault.empty());
  const auto exported = export_to_java(env, options_for(), java_options(), "/target");
  INFO((exported.ok() ? "" : exported.fault().message));
  REQUIRE(exported.ok());
  CHECK(exported->snapshot == Zxid{0});
  CHECK(exported->last == Zxid{16});

  StoreOptions options = options_for("/target");
  options.data_dir = "/target";
  const Start copy(env, options);
  INFO(copy.fault);
  REQUIRE(copy.fault.empty());
  CHECK(copy.state.checksum() == source.state.checksum());
  CHECK(copy.recovered.epochs == Epochs{7, 5});
  CHECK(copy.recovered.tail.size() == 16);
}

TEST_CASE("an export never replaces what is there, and wants a source that was used") {
  FaultyEnv env;
  put_java_data(env);
  CHECK_FALSE(export_to_java(env, options_for(), java_options(), "/data").ok());
  CHECK_FALSE(export_to_java(env, options_for(), java_options(), "/target").ok());
  REQUIRE(Start(env).fault.empty());
  REQUIRE(export_to_java(env, options_for(), java_options(), "/target").ok());
  CHECK_FALSE(export_to_java(env, options_for(), java_options(), "/target").ok());
}

}  // namespace
}  // namespace paddock::store
