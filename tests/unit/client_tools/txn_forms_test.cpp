#include "client/tools/txn_forms.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "tests/records/samples.h"

namespace paddock::client::tools {
namespace {

constexpr size_t kAll = SIZE_MAX;

txn::Txn recorded(std::string_view title, std::vector<tests::Sample>& samples) {
  samples = tests::load_samples("disk.txt");
  return *txn::decode_txn(tests::sample_named(samples, title).bytes);
}

std::string text_of(std::string_view title, size_t most_data = kAll) {
  std::vector<tests::Sample> samples;
  return txn_text(recorded(title, samples), most_data);
}

std::string json_of(std::string_view title) {
  std::vector<tests::Sample> samples;
  return txn_json(recorded(title, samples)).dump();
}

std::string set_data_text(std::string_view data, size_t most_data = kAll) {
  txn::Txn txn;
  txn.header.type = static_cast<int32_t>(client::OpCode::set_data);
  txn.body = txn::SetDataTxn{"/a", data, 3};
  const std::string text = txn_text(txn, most_data);
  return text.substr(text.find("setData"));
}

const bool kInUtc = [] {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  return true;
}();

}  // namespace

TEST_CASE("recorded transactions are lines like those of ZooKeeper's own tool") {
  REQUIRE(kInUtc);
  CHECK(text_of("log entry body: type -10, zxid 0x1,") ==
        R"(2026-11-21 20:07:46.482 session 0x1000051cd510000 cxid 0x0 zxid 0x1 createSession timeou)"
        R"(t 30000 digest 0x51c6d660)");
  CHECK(text_of("log entry body: type 1, zxid 0x2,") ==
        R"(2026-11-21 20:07:46.496 session 0x1000051cd510000 cxid 0x1 zxid 0x2 create /a "hello" ac)"
        R"(l world:anyone:cdrwa parentCversion 1 digest 0x67585e80)");
  CHECK(text_of("log entry body: type 19,") ==
        R"(2026-11-21 20:07:46.515 session 0x1000051cd510000 cxid 0x5 zxid 0x6 createContainer /a/c)"
        R"(ont null acl world:anyone:cdrwa parentCversion 3 digest 0x1c84c4c12)");
  CHECK(text_of("log entry body: type 21,") ==
        R"(2026-11-21 20:07:46.522 session 0x1000051cd510000 cxid 0x6 zxid 0x7 createTTL /a/ttl "t")"
        R"( acl world:anyone:cdrwa parentCversion 4 ttl 3600000 digest 0x1d9cc32d8)");
  CHECK(text_of("log entry body: type -1,") ==
        R"(2026-11-21 20:07:46.542 session 0x1000051cd510000 cxid 0xa zxid 0xb error -101 NoNode)");
  CHECK(text_of("log entry body: type 14, zxid 0xc,") ==
        R"(2026-11-21 20:07:46.548 session 0x1000051cd510000 cxid 0xb zxid 0xc multi [create /m "1")"
        R"( acl world:anyone:cdrwa parentCversion 2; setData /m "2" version 1; check /a version 2; )"
        R"(delete /m] digest 0x342342558)");
  CHECK(text_of("log entry body: type -11,") ==
        R"(2026-11-21 20:07:46.562 session 0x1000051cd510001 cxid 0x2 zxid 0x10 closeSession /a/eph)"
        R"(2 digest 0x2faf2b1e6)");
}

TEST_CASE("as JSON a transaction has all of its fields") {
  CHECK(json_of("log entry body: type 5,") ==
        R"({"zxid":"0x3","time":1795291666509,"session":"0x1000051cd510000","cxid":2,"type":"setDat)"
        R"(a","path":"/a","data":"world","version":1,"digest":"0xc3d88e5c"})");
  CHECK(json_of("log entry body: type 1, zxid 0x4,") ==
        R"({"zxid":"0x4","time":1795291666511,"session":"0x1000051cd510000","cxid":3,"type":"create)"
        R"(","path":"/a/eph","data":"e","acl":[{"scheme":"world","id":"anyone","perms":"cdrwa"}],"p)"
        R"(arentCversion":1,"ephemeral":true,"digest":"0xa82d1fe5"})");
  CHECK(json_of("log entry body: type 14, zxid 0xd,") ==
        R"({"zxid":"0xd","time":1795291666554,"session":"0x1000051cd510000","cxid":12,"type":"multi)"
        R"(","txns":[{"type":"setData","path":"/a","data":"3","version":2},{"type":"error","error":)"
        R"(-101,"errorName":"NoNode"},{"type":"error","error":-2,"errorName":"RuntimeInconsistency")"
        R"(}],"digest":"0x342342558"})");
}

TEST_CASE("data that is no text is shown as digits, and long data cut unless all is asked for") {
  CHECK(set_data_text("hello") == "setData /a \"hello\" version 3");
  CHECK(set_data_text(std::string_view("\0\xff", 2)) == "setData /a #00ff version 3");
  CHECK(set_data_text("one\ntwo") == "setData /a #6f6e650a74776f version 3");
  CHECK(set_data_text("hello", 2) == "setData /a \"he\"... (5 bytes) version 3");
  CHECK(set_data_text("h\xc3\xa9", 2) == "setData /a #68c3... (3 bytes) version 3");
  CHECK(set_data_text("h\xc3\xa9") == "setData /a \"h\xc3\xa9\" version 3");
}

}  // namespace paddock::client::tools
