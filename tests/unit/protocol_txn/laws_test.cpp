#include "protocol/txn/txn.h"

#include <catch2/catch.hpp>

#include "tests/records/generated_laws.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::txn;

namespace {

using AllRecords = std::tuple<TxnHeader, CreateSessionTxn, CloseSessionTxn, BareCloseSessionTxn, ErrorTxn,
                              CreateTxn, CreateContainerTxn, CreateTtlTxn, DeleteTxn, SetDataTxn, SetAclTxn,
                              CheckVersionTxn, SubTxn, MultiTxn, TxnDigest>;

struct TypedBody {
  OpCode type;
  TxnBody body;
};

TypedBody any_entry_body(tests::Generator& generator) {
  switch (generator.random().below(8)) {
    case 0:
      return {OpCode::create, generator.make<CreateTxn>()};
    case 1:
      return {OpCode::create2, generator.make<CreateTxn>()};
    case 2:
      return {OpCode::create_container, generator.make<CreateContainerTxn>()};
    case 3:
      return {OpCode::create_ttl, generator.make<CreateTtlTxn>()};
    case 4:
      return {OpCode::remove, generator.make<DeleteTxn>()};
    case 5:
      return {OpCode::set_data, generator.make<SetDataTxn>()};
    case 6:
      return {OpCode::check, generator.make<CheckVersionTxn>()};
    default:
      return {OpCode::error, generator.make<ErrorTxn>()};
  }
}

// `records` keeps the bytes that the entries are views of.
TypedBody any_multi(tests::Generator& generator, std::deque<std::string>& records) {
  MultiTxn multi;
  for (uint64_t left = generator.random().below(5); left > 0; --left) {
    const TypedBody entry = any_entry_body(generator);
    records.push_back(encode_body(entry.body));
    multi.txns.items.push_back({static_cast<int32_t>(entry.type), records.back()});
  }
  return {OpCode::multi, multi};
}

TypedBody any_body(tests::Generator& generator, std::deque<std::string>& records) {
  switch (generator.random().below(10)) {
    case 0:
      return {OpCode::create_session, generator.make<CreateSessionTxn>()};
    case 1:
      return {OpCode::close_session, generator.make<CloseSessionTxn>()};
    case 2:
      return {OpCode::close_session, BareCloseSessionTxn()};
    case 3:
      return {OpCode::delete_container, generator.make<DeleteTxn>()};
    case 4:
      return {OpCode::reconfig, generator.make<SetDataTxn>()};
    case 5:
      return {OpCode::set_acl, generator.make<SetAclTxn>()};
    case 6:
    case 7:
      return any_multi(generator, records);
    default:
      break;
  }
  TypedBody body = any_entry_body(generator);
  if (body.type == OpCode::check) body = {OpCode::set_data, generator.make<SetDataTxn>()};
  return body;
}

Txn any_txn(tests::Generator& generator, std::deque<std::string>& records) {
  const TypedBody body = any_body(generator, records);
  Txn txn{generator.make<TxnHeader>(), body.body, std::nullopt};
  txn.header.type = static_cast<int32_t>(body.type);
  const bool bare = std::holds_alternative<BareCloseSessionTxn>(body.body);
  if (!bare && !generator.random().one_in(3)) txn.digest = generator.make<TxnDigest>();
  return txn;
}

}  // namespace

TEST_CASE("the list of transaction records is complete") {
  const size_t whole_transaction = 1;
  CHECK(std::tuple_size_v<AllRecords> + whole_transaction == tests::count_structs("protocol/txn/txn.h"));
}

TEST_CASE("every transaction record survives the wire, and no spoiled encoding of it harms the reader") {
  CHECK(tests::laws_hold_for_all(std::type_identity<AllRecords>(), 300).value_or("") == "");
}

TEST_CASE("generated transactions of every type survive the wire") {
  tests::Generator generator(1);
  for (int round = 0; round < 3000; ++round) {
    std::deque<std::string> records;
    const Txn txn = any_txn(generator, records);
    const std::string bytes = encode_txn(txn);
    const auto again = decode_txn(bytes);
    REQUIRE(again.ok());
    REQUIRE(*again == txn);
    REQUIRE(zxid_of(bytes) == txn.zxid());
  }
}

TEST_CASE("spoiled transactions are faults or read to the same value twice, at a fair price") {
  tests::Generator generator(2);
  size_t accepted = 0;
  for (int round = 0; round < 6000; ++round) {
    std::deque<std::string> records;
    const std::string bytes = tests::spoiled(generator.random(), encode_txn(any_txn(generator, records)));
    tests::AllocationMeter meter;
    const auto txn = decode_txn(bytes);
    REQUIRE(meter.largest() <= tests::fair_allocation(bytes.size()));
    if (!txn.ok() || std::holds_alternative<BareCloseSessionTxn>(txn->body)) continue;
    ++accepted;
    const std::string again = encode_txn(*txn);
    const auto twice = decode_txn(again);
    REQUIRE(twice.ok());
    REQUIRE(*twice == *txn);
    if (const auto* multi = std::get_if<MultiTxn>(&txn->body)) {
      for (const SubTxn& entry : multi->txns) REQUIRE(decode_sub_txn(entry).ok());
    }
  }
  CHECK(accepted > 1000);
}
