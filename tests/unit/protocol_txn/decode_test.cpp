#include "protocol/txn/txn.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "tests/records/allocations.h"

using namespace paddock;
using namespace paddock::txn;

namespace {

const Vector<Acl> kOpen{Acl{client::kPermAll, client::Id{"world", "anyone"}}};
const TxnDigest kDigest{kDigestVersion, 4124795797};
const CreateTxn kCreate{"/a", "hello", kOpen, true, 7};

TxnHeader header_of(OpCode type) {
  return {0x0100000000000001, 3, 0x100000002, 1700000000000, static_cast<int32_t>(type)};
}

// A transaction's bytes, by hand: its header, then whatever the test puts behind it.
std::string bytes_of(OpCode type, std::string_view behind) {
  return jute::encoded(header_of(type)).append(behind);
}

bool readable(OpCode type, std::string_view behind) {
  return decode_txn(bytes_of(type, behind)).ok();
}

std::string without_last(std::string bytes, size_t count) {
  bytes.resize(bytes.size() - count);
  return bytes;
}

SubTxn entry_of(OpCode type, const std::string& record) {
  return {static_cast<int32_t>(type), record};
}

}  // namespace

TEST_CASE("the digest is optional, and an end inside it means that there is none") {
  const std::string record = jute::encoded(SetDataTxn{"/a", "x", 1});
  const std::string digest = jute::encoded(kDigest);
  const std::string whole = bytes_of(OpCode::set_data, record + digest);
  CHECK(decode_txn(whole)->digest == kDigest);
  for (size_t missing = 1; missing <= digest.size(); ++missing) {
    const std::string cut = without_last(whole, missing);
    const auto txn = decode_txn(cut);
    REQUIRE(txn.ok());
    CHECK_FALSE(txn->digest);
  }
}

TEST_CASE("bytes behind the digest are ignored, as every Java reader does") {
  const std::string bytes =
      bytes_of(OpCode::remove, jute::encoded(DeleteTxn{"/a"}) + jute::encoded(kDigest) + "surplus");
  CHECK(*decode_txn(bytes) == Txn{header_of(OpCode::remove), DeleteTxn{"/a"}, kDigest});
}

TEST_CASE("a closeSession without a record is the one of 3.4; with a record it lists paths") {
  CHECK(decode_txn(bytes_of(OpCode::close_session, ""))->body == TxnBody(BareCloseSessionTxn{}));
  const std::string none = bytes_of(OpCode::close_session, jute::encoded(CloseSessionTxn{}));
  CHECK(decode_txn(none)->body == TxnBody(CloseSessionTxn{}));
  const CloseSessionTxn two{Vector<Text>{"/b", "/a"}};
  const std::string listed = bytes_of(OpCode::close_session, jute::encoded(two) + jute::encoded(kDigest));
  CHECK(*decode_txn(listed) == Txn{header_of(OpCode::close_session), two, kDigest});
}

TEST_CASE("a create may end in front of parentCVersion; the newer kinds may not") {
  const std::string whole = jute::encoded(kCreate);
  for (size_t missing = 1; missing <= 4; ++missing) {
    const std::string cut = without_last(whole, missing);
    const std::string bytes = bytes_of(OpCode::create, cut);
    const auto txn = decode_txn(bytes);
    REQUIRE(txn.ok());
    CHECK(txn->body == TxnBody(CreateTxn{"/a", "hello", kOpen, true, -1}));
    CHECK_FALSE(readable(OpCode::create2, cut));
  }
  CHECK_FALSE(readable(OpCode::create, without_last(whole, 5)));
  CHECK_FALSE(readable(OpCode::create_container,
                       without_last(jute::encoded(CreateContainerTxn{"/a", "", kOpen, 1}), 4)));
  CHECK_FALSE(
      readable(OpCode::create_ttl, without_last(jute::encoded(CreateTtlTxn{"/a", "", kOpen, 1, 5}), 8)));
}

TEST_CASE("create and create2, delete and deleteContainer, setData and reconfig share their records") {
  CHECK(decode_txn(bytes_of(OpCode::create2, jute::encoded(kCreate)))->body == TxnBody(kCreate));
  CHECK(decode_txn(bytes_of(OpCode::delete_container, jute::encoded(DeleteTxn{"/a"})))->body.index() ==
        TxnBody(DeleteTxn{}).index());
  CHECK(decode_txn(bytes_of(OpCode::reconfig, jute::encoded(SetDataTxn{"/zookeeper/config", "", -1})))
            ->body.index() == TxnBody(SetDataTxn{}).index());
}

TEST_CASE("a check at the top and types that no transaction has are faults that name the type") {
  const std::string check = bytes_of(OpCode::check, jute::encoded(CheckVersionTxn{"/a", 1}));
  REQUIRE_FALSE(decode_txn(check).ok());
  CHECK(decode_txn(check).fault().message ==
        "transaction 0x100000002: no readable record of type 13 (check) in its 42 bytes");
  for (const int32_t type : {0, 3, 4, 6, 8, 9, 11, 17, 22, 23, 100, -2, -12}) {
    CHECK_FALSE(readable(static_cast<OpCode>(type), jute::encoded(kCreate)));
  }
}

TEST_CASE("a transaction cut inside its header or its record is a fault") {
  const std::string bytes = bytes_of(OpCode::set_acl, jute::encoded(SetAclTxn{"/a", kOpen, 2}));
  for (size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(decode_txn(bytes.substr(0, size)).ok());
  CHECK(decode_txn(bytes.substr(0, 31)).fault().message ==
        "a transaction of 31 bytes ends inside its header of 32");
}

TEST_CASE("a multi's entries are checked when the multi is decoded") {
  const auto with_entry = [](const SubTxn& entry) {
    return readable(OpCode::multi, jute::encoded(MultiTxn{Vector<SubTxn>{entry}}));
  };
  const std::string create = jute::encoded(kCreate);
  const std::string check = jute::encoded(CheckVersionTxn{"/a", 1});
  CHECK(with_entry(entry_of(OpCode::create, create)));
  CHECK(with_entry(entry_of(OpCode::check, check)));
  CHECK_FALSE(with_entry(entry_of(OpCode::create, without_last(create, 4))));
  CHECK_FALSE(with_entry(entry_of(OpCode::create, without_last(create, 6))));
  CHECK_FALSE(with_entry(SubTxn{static_cast<int32_t>(OpCode::create), Buffer()}));
}

TEST_CASE("a multi inside a multi, a closeSession inside a multi and other strangers are refused") {
  const std::string nested = jute::encoded(MultiTxn{});
  for (const OpCode type : {OpCode::multi, OpCode::close_session, OpCode::create_session, OpCode::set_acl,
                            OpCode::reconfig, OpCode::delete_container, OpCode::multi_read}) {
    const SubTxn entry = entry_of(type, nested);
    CHECK_FALSE(decode_sub_txn(entry).ok());
    CHECK_FALSE(readable(OpCode::multi, jute::encoded(MultiTxn{Vector<SubTxn>{entry}})));
  }
}

TEST_CASE("decoding takes memory for vectors only") {
  const std::string set =
      encode_txn({header_of(OpCode::set_data), SetDataTxn{"/a/rather/long/path", "data", 1}, kDigest});
  const std::string create = encode_txn({header_of(OpCode::create), kCreate, kDigest});
  {
    tests::AllocationMeter meter;
    const auto txn = decode_txn(set);
    CHECK(meter.count() == 0);
    CHECK(txn.ok());
  }
  tests::AllocationMeter meter;
  const auto txn = decode_txn(create);
  CHECK(meter.count() == (tests::AllocationMeter::counts() ? 1 : 0));
  CHECK(txn.ok());
}

TEST_CASE("encoding takes memory once") {
  const Txn txn{header_of(OpCode::create), kCreate, kDigest};
  tests::AllocationMeter meter;
  const std::string bytes = encode_txn(txn);
  CHECK(meter.count() == (tests::AllocationMeter::counts() ? 1 : 0));
  CHECK(*decode_txn(bytes) == txn);
}
