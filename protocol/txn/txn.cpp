// Invariants
// 1. A decoded transaction is wholly readable: the entries of a multi are checked here, so that applying one
//    never meets a malformed record.
// 2. Decoding takes memory only for vectors; texts and buffers stay views of the input.
#include "protocol/txn/txn.h"

#include "protocol/jute/codec.h"

namespace paddock::txn {
namespace {

constexpr size_t kHeaderSize = jute::min_encoded_size<TxnHeader>();
constexpr size_t kDigestSize = jute::min_encoded_size<TxnDigest>();
constexpr size_t kZxidOffset = 12;

template <class Record>
bool decode_as(jute::Reader& reader, TxnBody& body) {
  return jute::decode(reader, body.emplace<Record>());
}

// Before 3.4 a create ended behind `ephemeral`. Java takes any end inside parentCVersion for that form.
bool decode_create(jute::Reader& reader, TxnBody& body) {
  auto& create = body.emplace<CreateTxn>();
  jute::decode(reader, create.path);
  jute::decode(reader, create.data);
  jute::decode(reader, create.acl);
  jute::decode(reader, create.ephemeral);
  if (reader.ok() && reader.remaining() >= 4) create.parent_cversion = reader.read_int();
  return reader.ok();
}

bool decode_close_session(jute::Reader& reader, TxnBody& body) {
  if (reader.at_end()) return body.emplace<BareCloseSessionTxn>(), true;
  return decode_as<CloseSessionTxn>(reader, body);
}

// True if `reader` holds a record that a multi's entry of `type` may carry.
bool skip_entry(OpCode type, jute::Reader reader) {
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
      return jute::skip<CreateTxn>(reader);
    case OpCode::create_container:
      return jute::skip<CreateContainerTxn>(reader);
    case OpCode::create_ttl:
      return jute::skip<CreateTtlTxn>(reader);
    case OpCode::remove:
      return jute::skip<DeleteTxn>(reader);
    case OpCode::set_data:
      return jute::skip<SetDataTxn>(reader);
    case OpCode::check:
      return jute::skip<CheckVersionTxn>(reader);
    case OpCode::error:
      return jute::skip<ErrorTxn>(reader);
    default:
      return false;
  }
}

bool decode_multi(jute::Reader& reader, TxnBody& body) {
  auto& multi = body.emplace<MultiTxn>();
  if (!jute::decode(reader, multi)) return false;
  for (const SubTxn& entry : multi.txns) {
    if (!skip_entry(static_cast<OpCode>(entry.type), jute::Reader(entry.data.view()))) return false;
  }
  return true;
}

// False for a type that no transaction has, for check, and for a malformed record.
bool decode_body(OpCode type, jute::Reader& reader, TxnBody& body) {
  switch (type) {
    case OpCode::error:
      return decode_as<ErrorTxn>(reader, body);
    case OpCode::create_session:
      return decode_as<CreateSessionTxn>(reader, body);
    case OpCode::close_session:
      return decode_close_session(reader, body);
    case OpCode::create:
      return decode_create(reader, body);
    case OpCode::create2:
      return decode_as<CreateTxn>(reader, body);
    case OpCode::create_container:
      return decode_as<CreateContainerTxn>(reader, body);
    case OpCode::create_ttl:
      return decode_as<CreateTtlTxn>(reader, body);
    case OpCode::remove:
    case OpCode::delete_container:
      return decode_as<DeleteTxn>(reader, body);
    case OpCode::set_data:
    case OpCode::reconfig:
      return decode_as<SetDataTxn>(reader, body);
    case OpCode::set_acl:
      return decode_as<SetAclTxn>(reader, body);
    case OpCode::multi:
      return decode_multi(reader, body);
    default:
      return false;
  }
}

bool decode_entry(OpCode type, jute::Reader& reader, TxnBody& body) {
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
      return decode_as<CreateTxn>(reader, body);
    case OpCode::check:
      return decode_as<CheckVersionTxn>(reader, body);
    case OpCode::create_container:
    case OpCode::create_ttl:
    case OpCode::remove:
    case OpCode::set_data:
    case OpCode::error:
      return decode_body(type, reader, body);
    default:
      return false;
  }
}

// What a type's record must be, as the index of a TxnBody alternative; a closeSession may be either of two.
bool fits(OpCode type, const TxnBody& body) {
  switch (type) {
    case OpCode::error:
      return std::holds_alternative<ErrorTxn>(body);
    case OpCode::create_session:
      return std::holds_alternative<CreateSessionTxn>(body);
    case OpCode::close_session:
      return std::holds_alternative<CloseSessionTxn>(body) ||
             std::holds_alternative<BareCloseSessionTxn>(body);
    case OpCode::create:
    case OpCode::create2:
      return std::holds_alternative<CreateTxn>(body);
    case OpCode::create_container:
      return std::holds_alternative<CreateContainerTxn>(body);
    case OpCode::create_ttl:
      return std::holds_alternative<CreateTtlTxn>(body);
    case OpCode::remove:
    case OpCode::delete_container:
      return std::holds_alternative<DeleteTxn>(body);
    case OpCode::set_data:
    case OpCode::reconfig:
      return std::holds_alternative<SetDataTxn>(body);
    case OpCode::set_acl:
      return std::holds_alternative<SetAclTxn>(body);
    case OpCode::multi:
      return std::holds_alternative<MultiTxn>(body);
    default:
      return false;
  }
}

}  // namespace

Result<Txn> decode_txn(std::string_view bytes) {
  jute::Reader reader(bytes);
  Result<Txn> result{Txn{}};
  Txn& txn = *result;
  if (!jute::decode(reader, txn.header)) {
    return make_fault("a transaction of {} bytes ends inside its header of {}", bytes.size(), kHeaderSize);
  }
  const auto type = static_cast<OpCode>(txn.header.type);
  if (!decode_body(type, reader, txn.body)) {
    return make_fault("transaction 0x{:x}: no readable record of type {} ({}) in its {} bytes",
                      txn.header.zxid, txn.header.type, client::name_of(type), bytes.size());
  }
  // As in Java, an end inside the digest means that there is none.
  if (reader.remaining() >= kDigestSize) jute::decode(reader, txn.digest);
  return result;
}

Result<TxnBody> decode_sub_txn(const SubTxn& entry) {
  jute::Reader reader(entry.data.view());
  Result<TxnBody> result{TxnBody{}};
  if (!decode_entry(static_cast<OpCode>(entry.type), reader, *result)) {
    return make_fault("a multi's entry of type {} holds no readable record in its {} bytes", entry.type,
                      entry.data.size());
  }
  return result;
}

std::string encode_txn(const Txn& txn) {
  PADDOCK_CHECK(fits(static_cast<OpCode>(txn.header.type), txn.body),
                "transaction 0x{:x} of type {} with the record of another (alternative {})", txn.header.zxid,
                txn.header.type, txn.body.index());
  PADDOCK_CHECK(!txn.digest || !std::holds_alternative<BareCloseSessionTxn>(txn.body),
                "transaction 0x{:x}: Java would take the digest of a bare closeSession for its paths",
                txn.header.zxid);
  return std::visit(
      [&](const auto& record) {
        std::string out;
        out.reserve(kHeaderSize + jute::encoded_size(record) + kDigestSize);
        jute::Writer writer(out);
        jute::encode(writer, txn.header);
        jute::encode(writer, record);
        jute::encode(writer, txn.digest);
        return out;
      },
      txn.body);
}

std::string encode_body(const TxnBody& body) {
  return std::visit([](const auto& record) { return jute::encoded(record); }, body);
}

Zxid zxid_of(std::string_view bytes) {
  PADDOCK_CHECK(bytes.size() >= kHeaderSize, "{} bytes are no transaction", bytes.size());
  return Zxid{jute::load_long(bytes.data() + kZxidOffset)};
}

}  // namespace paddock::txn
