#include "server/replica/txn_check.h"

#include <catch2/catch.hpp>
#include <string>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"

namespace paddock::replica {
namespace {

const Zxid kZxid = Zxid::of(1, 7);

std::string transaction(Zxid zxid) {
  txn::TxnHeader header;
  header.zxid = zxid.value;
  header.type = static_cast<int32_t>(client::OpCode::remove);
  return jute::encoded(header) + jute::encoded(txn::DeleteTxn{"/a"});
}

}  // namespace

TEST_CASE("a transaction that can be read and is its packet's may be logged") {
  CHECK(check_txn(kZxid, transaction(kZxid)).ok());
}

TEST_CASE("a transaction that breaks off anywhere may not be logged, and the fault names its zxid") {
  const std::string whole = transaction(kZxid);
  for (size_t length = 0; length < whole.size(); ++length) {
    const Status checked = check_txn(kZxid, std::string_view(whole).substr(0, length));
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.fault().message.find("0x100000007") != std::string::npos);
  }
}

TEST_CASE("a transaction of another zxid than its packet's may not be logged") {
  const Status checked = check_txn(kZxid, transaction(kZxid.next()));
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.fault().message.find("0x100000008") != std::string::npos);
}

}  // namespace paddock::replica
