#include "protocol/txn/txn.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::txn;

namespace {

using client::Id;
using client::kPermAll;
using client::kPermRead;

const Vector<Acl> kOpen{Acl{kPermAll, Id{"world", "anyone"}}};

// The data of a QuorumPacket {type, zxid, data, authinfo}; the room of transactions does not see that record.
std::string packet_data(std::string_view packet) {
  jute::Reader reader(packet);
  reader.read_int();
  reader.read_long();
  return reader.read_buffer().str();
}

bool holds(std::string_view title, std::string_view part) {
  return title.find(part) != title.npos;
}

// All transactions of tests/vectors: log entries and what travelled in PROPOSAL and INFORM.
std::vector<tests::Sample> recorded_txns() {
  std::vector<tests::Sample> txns;
  for (const tests::Sample& sample : tests::load_samples("disk.txt")) {
    if (sample.title.starts_with("log entry body")) txns.push_back(sample);
  }
  for (const std::string_view file :
       {"quorum.txt", "sync.txt", "sync-after-epoch-change.txt", "reconfig.txt"}) {
    for (const tests::Sample& sample : tests::load_samples(file)) {
      const bool carries = holds(sample.title, "M>L PROPOSAL") || holds(sample.title, "M>F PROPOSAL") ||
                           holds(sample.title, "M>L INFORM");
      if (carries) txns.push_back({sample.title, packet_data(sample.bytes)});
    }
  }
  return txns;
}

// The entry of disk.txt with this zxid; lives as long as the program.
Txn log_entry(int64_t zxid) {
  static const std::vector<tests::Sample> samples = tests::load_samples("disk.txt");
  const std::string mark = fmt::format(", zxid 0x{:x},", zxid);
  for (const tests::Sample& sample : samples) {
    if (!sample.title.starts_with("log entry body") || sample.title.find(mark) == std::string::npos) continue;
    auto txn = decode_txn(sample.bytes);
    REQUIRE(txn.ok());
    return *txn;
  }
  FAIL("no log entry with zxid " << zxid);
  return {};
}

constexpr int64_t kSession = 0x01000051cd510000;

}  // namespace

TEST_CASE("every recorded transaction decodes and encodes back to its bytes") {
  const auto txns = recorded_txns();
  CHECK(txns.size() == 40);
  for (const tests::Sample& sample : txns) {
    INFO(sample.title);
    const auto txn = decode_txn(sample.bytes);
    REQUIRE(txn.ok());
    CHECK(tests::to_hex(encode_txn(*txn)) == tests::to_hex(sample.bytes));
    CHECK(zxid_of(sample.bytes) == txn->zxid());
  }
}

TEST_CASE("every entry of a recorded multi decodes and encodes back to its bytes") {
  size_t entries = 0;
  for (const tests::Sample& sample : recorded_txns()) {
    const auto txn = decode_txn(sample.bytes);
    const auto* multi = std::get_if<MultiTxn>(&txn->body);
    if (multi == nullptr) continue;
    for (const SubTxn& entry : multi->txns) {
      const auto body = decode_sub_txn(entry);
      REQUIRE(body.ok());
      CHECK(tests::to_hex(encode_body(*body)) == tests::to_hex(entry.data.view()));
      ++entries;
    }
  }
  CHECK(entries == 11);
}

TEST_CASE("the recorded log means what the specification says") {
  CHECK(log_entry(1) ==
        Txn{{kSession, 0, 1, 0x1a1ffb8d832, -10}, CreateSessionTxn{30000}, TxnDigest{2, 1371985504}});
  CHECK(log_entry(2).body == TxnBody(CreateTxn{"/a", "hello", kOpen, false, 1}));
  CHECK(log_entry(3).body == TxnBody(SetDataTxn{"/a", "world", 1}));
  CHECK(log_entry(4).body == TxnBody(CreateTxn{"/a/eph", "e", kOpen, true, 1}));
  CHECK(log_entry(6).body == TxnBody(CreateContainerTxn{"/a/cont", Buffer(), kOpen, 3}));
  CHECK(log_entry(7).body == TxnBody(CreateTtlTxn{"/a/ttl", "t", kOpen, 4, 3600000}));
  CHECK(log_entry(8).body == TxnBody(CreateTxn{"/a/c2", "x", kOpen, false, 5}));
  CHECK(log_entry(8).header.type == static_cast<int32_t>(OpCode::create2));
  const Vector<Acl> two{Acl{kPermAll, Id{"digest", "own:WB9qmW9kBoTSnXyoit3HXD1EF4E="}},
                        Acl{kPermRead, Id{"world", "anyone"}}};
  CHECK(log_entry(9).body == TxnBody(SetAclTxn{"/a/c2", two, 1}));
  CHECK(log_entry(10).body == TxnBody(DeleteTxn{"/a/s-0000000001"}));
  CHECK(log_entry(11) == Txn{{kSession, 10, 11, 0x1a1ffb8d86e, -1}, ErrorTxn{-101}, std::nullopt});
  CHECK(log_entry(16).body == TxnBody(CloseSessionTxn{Vector<Text>{"/a/eph2"}}));
}

TEST_CASE("the recorded multis mean what the specification says") {
  const Txn done = log_entry(12);
  const auto& entries = std::get<MultiTxn>(done.body).txns.items;
  REQUIRE(entries.size() == 4);
  CHECK(*decode_sub_txn(entries[0]) == TxnBody(CreateTxn{"/m", "1", kOpen, false, 2}));
  CHECK(*decode_sub_txn(entries[1]) == TxnBody(SetDataTxn{"/m", "2", 1}));
  CHECK(*decode_sub_txn(entries[2]) == TxnBody(CheckVersionTxn{"/a", 2}));
  CHECK(*decode_sub_txn(entries[3]) == TxnBody(DeleteTxn{"/m"}));

  const Txn failed = log_entry(13);
  const auto& results = std::get<MultiTxn>(failed.body).txns.items;
  REQUIRE(results.size() == 3);
  CHECK(*decode_sub_txn(results[1]) == TxnBody(ErrorTxn{-101}));
  CHECK(*decode_sub_txn(results[2]) == TxnBody(ErrorTxn{-2}));
}
