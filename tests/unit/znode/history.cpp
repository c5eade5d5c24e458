#include "history.h"

namespace paddock::znode::test {

using client::OpCode;

namespace {

template <class Body>
std::pair<OpCode, std::string> operation(OpCode type, const Body& body) {
  return {type, txn::encode_body(body)};
}

jute::Buffer buffer(const std::optional<std::string>& data) {
  return data ? jute::Buffer(*data) : jute::Buffer();
}

}  // namespace

std::string History::random_path() {
  // "!" sorts before '/', so that a sibling's key comes between a node's and its children's.
  static const std::vector<std::string> kNames = {"a", "a!", "b", "long-name-of-a-node"};
  std::string path;
  for (uint32_t depth = 1 + below(3); depth > 0; --depth) path += "/" + kNames[below(4)];
  if (below(8) != 0) return path;
  static const std::vector<std::string> kQuotas = {"", "/a", "/a/b", "/a/zookeeper_limits",
                                                   "/a/zookeeper_stats"};
  return "/zookeeper/quota" + kQuotas[below(5)];
}

std::optional<std::string> History::random_data() {
  if (below(8) == 0) return std::nullopt;
  return std::string(below(40), static_cast<char>('a' + below(26)));
}

AclView History::random_acl() {
  static const char* const kUsers[] = {"u1:x", "u2:x", "u3:x"};
  if (below(2) == 0) return {client::Acl{client::kPermAll, {"world", "anyone"}}};
  return {client::Acl{client::kPermAll, {"digest", kUsers[below(3)]}}};
}

int64_t History::random_session() {
  return 100 + below(4);
}

std::optional<History::Operation> History::create(const std::string& path) {
  const auto parent = model_.nodes.find(Model::parent_of(path));
  if (parent == model_.nodes.end() || model_.nodes.contains(path)) return std::nullopt;
  if (kind_of_owner(parent->second.stat.ephemeral_owner, true) == NodeKind::ephemeral) return std::nullopt;
  const std::optional<std::string> data = random_data();
  const AclView acl = random_acl();
  const int32_t cversion = parent->second.stat.cversion + 1;
  const auto make = [&](int64_t owner) { model_.create(path, data, acl, owner, zxid_, 10 * zxid_); };
  switch (below(6)) {
    case 0:
      make(kContainerOwner);
      return operation(OpCode::create_container, txn::CreateContainerTxn{path, buffer(data), acl, cversion});
    case 1:
      make(ttl_owner(5000));
      return operation(OpCode::create_ttl, txn::CreateTtlTxn{path, buffer(data), acl, cversion, 5000});
    case 2:
      if (!model_.sessions.contains(session_)) return std::nullopt;
      make(session_);
      return operation(OpCode::create2, txn::CreateTxn{path, buffer(data), acl, true, cversion});
    default:
      make(0);
      return operation(OpCode::create, txn::CreateTxn{path, buffer(data), acl, false, cversion});
  }
}

std::optional<History::Operation> History::remove(const std::string& path) {
  if (!model_.nodes.contains(path) || !model_.children(path).empty() || path == "/zookeeper/quota") {
    return std::nullopt;
  }
  model_.remove(path, zxid_);
  return operation(OpCode::remove, txn::DeleteTxn{path});
}

std::optional<History::Operation> History::set_data(const std::string& path) {
  if (!model_.nodes.contains(path)) return std::nullopt;
  const std::optional<std::string> data = random_data();
  model_.set_data(path, data, zxid_, 10 * zxid_);
  return operation(OpCode::set_data, txn::SetDataTxn{path, buffer(data), model_.nodes[path].stat.version});
}

std::optional<History::Operation> History::set_acl(const std::string& path) {
  if (!model_.nodes.contains(path)) return std::nullopt;
  const AclView acl = random_acl();
  model_.set_acl(path, acl);
  return operation(OpCode::set_acl, txn::SetAclTxn{path, acl, model_.nodes[path].stat.aversion});
}

History::Operation History::multi() {
  std::vector<Operation> entries;
  for (uint32_t count = below(5); count > 0; --count) {
    const std::string path = random_path();
    const uint32_t kind = below(3);
    auto entry = kind == 0 ? create(path) : kind == 1 ? remove(path) : set_data(path);
    if (entry) entries.push_back(std::move(*entry));
  }
  txn::MultiTxn txn;
  for (const auto& [type, record] : entries) txn.txns.items.push_back({static_cast<int32_t>(type), record});
  return operation(OpCode::multi, txn);
}

History::Operation History::failed_multi() {
  const std::string path = random_path();
  const std::string first = txn::encode_body(txn::SetDataTxn{path, "never written", 7});
  const std::string error = txn::encode_body(txn::ErrorTxn{-103});
  txn::MultiTxn txn;
  txn.txns.items = {{static_cast<int32_t>(OpCode::set_data), first},
                    {static_cast<int32_t>(OpCode::error), error}};
  return operation(OpCode::multi, txn);
}

History::Operation History::create_session() {
  const auto timeout_ms = static_cast<int32_t>(1000 + below(3));
  model_.sessions[session_] = timeout_ms;
  return operation(OpCode::create_session, txn::CreateSessionTxn{timeout_ms});
}

History::Operation History::close_session() {
  const std::vector<std::string> paths = model_.ephemerals_of(session_);
  for (const std::string& path : paths) model_.remove(path, zxid_);
  model_.sessions.erase(session_);
  txn::CloseSessionTxn txn;
  for (const std::string& path : paths) {
    if (below(4) > 0) txn.paths.items.emplace_back(path);
  }
  return operation(OpCode::close_session, txn);
}

std::optional<History::Operation> History::draw() {
  const std::string path = random_path();
  switch (below(16)) {
    case 0:
      return create_session();
    case 1:
      if (below(4) > 0) return std::nullopt;
      return close_session();
    case 2:
      return multi();
    case 3:
      return failed_multi();
    case 4:
      return operation(OpCode::error, txn::ErrorTxn{-101});
    case 5:
    case 6:
      return set_acl(path);
    case 7:
    case 8:
    case 9:
      return remove(path);
    case 10:
    case 11:
      return set_data(path);
    default:
      return create(path);
  }
}

std::string History::next() {
  ++zxid_;
  std::optional<Operation> drawn;
  while (!drawn) {
    session_ = random_session();
    drawn = draw();
  }
  std::string bytes =
      jute::encoded(txn::TxnHeader{session_, 1, zxid_, 10 * zxid_, static_cast<int32_t>(drawn->first)});
  bytes += drawn->second;
  jute::Writer writer(bytes);
  jute::encode(writer, txn::TxnDigest{txn::kDigestVersion, static_cast<int64_t>(model_.digest())});
  return bytes;
}

}  // namespace paddock::znode::test
