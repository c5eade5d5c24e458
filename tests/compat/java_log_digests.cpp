// Replays the transaction logs of an Apache ZooKeeper server through znode's apply and compares the tree's
// digest with the recorded one after every transaction.
//
//   java_log_digests DIRECTORY        with log.* files that begin with a fresh tree
//
// Java records what it predicted. Its known wrong predictions (spec/disk-formats.md section 5) are excepted
// one by one, each by the exact amount of its error:
// - the owner of a new node is not the one that the flags of its create imply;
// - while requests are pipelined, one prediction starts from the last, so it inherits that error; and a
// parent that is
//   such a node counts with the wrong owner again when it gets a child;
// - a multi with a read operation becomes an error transaction, whose digest counts the operations before the
//   read one as done. By how much cannot be told from the log.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "protocol/client/opcode.h"
#include "protocol/txn/txn.h"
#include "server/store/java_log.h"
#include "znode/digest.h"
#include "znode/state.h"

namespace {

using namespace paddock;
using client::OpCode;

struct LogFile {
  uint64_t first_zxid = 0;
  std::string bytes;
};

std::vector<LogFile> read_logs(const std::filesystem::path& directory) {
  std::vector<LogFile> logs;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("log.")) continue;
    LogFile log;
    std::from_chars(name.data() + 4, name.data() + name.size(), log.first_zxid, 16);
    std::ifstream file(entry.path(), std::ios::binary);
    log.bytes.assign(std::istreambuf_iterator<char>(file), {});
    logs.push_back(std::move(log));
  }
  std::ranges::sort(logs, {}, &LogFile::first_zxid);
  return logs;
}

class Replay {
 public:
  Replay() : state_(options()) {}

  // False for a digest that nothing explains.
  bool step(const store::JavaLogEntry& entry) {
    const auto txn = txn::decode_txn(entry.txn);
    if (!txn.ok()) {
      fmt::print("zxid {:#x}: {}\n", entry.zxid.value, txn.fault().message);
      return false;
    }
    state_.apply(*txn);
    ++transactions_;
    if (!txn->digest) return true;
    ++compared_;
    const auto recorded = static_cast<uint64_t>(txn->digest->tree_digest);
    const uint64_t error = recorded - state_.tree().digest();
    const bool known = error == 0 || explained(*txn, error);
    inherited_error_ = error;
    if (error != 0 && known) ++excepted_;
    if (known) return true;
    fmt::print("zxid {:#x} type {} session {:#x}: recorded digest {}, ours {}\n", entry.zxid.value,
               txn->header.type, txn->header.session_id, recorded, state_.tree().digest());
    return false;
  }

  void print_summary() const {
    fmt::print("{} transactions, {} digests compared, {} of them Java's known wrong predictions, {} nodes\n",
               transactions_, compared_, excepted_, state_.tree().node_count());
  }
  bool compared_anything() const { return compared_ > 0; }

 private:
  static znode::Options options() {
    znode::Options options;
    options.extended_types = true;
    return options;
  }

  bool explained(const txn::Txn& txn, uint64_t error) const {
    if (std::holds_alternative<txn::ErrorTxn>(txn.body)) return true;
    for (const uint64_t inherited : {uint64_t{0}, inherited_error_}) {
      for (const uint64_t of_parent : parent_errors(txn)) {
        const uint64_t own = error - inherited - of_parent;
        if (own == 0 || wrong_owner(txn, own)) return true;
      }
    }
    return false;
  }

  // None, or one of those that a wrong owner of the new node's parent makes.
  std::vector<uint64_t> parent_errors(const txn::Txn& txn) const {
    std::vector<uint64_t> errors{0};
    std::string_view path;
    if (const auto* create = std::get_if<txn::CreateTxn>(&txn.body)) path = create->path.view();
    if (const auto* container = std::get_if<txn::CreateContainerTxn>(&txn.body))
      path = container->path.view();
    const size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return errors;
    for (const int64_t owner : {int64_t{0}, znode::kContainerOwner, txn.header.session_id}) {
      errors.push_back(with_owner(path.substr(0, slash), owner));
    }
    return errors;
  }

  // A node created as a container by the flags of a plain create, or the other way round: Java predicts with
  // the owner that the flags imply and creates with the one that the operation implies.
  bool wrong_owner(const txn::Txn& txn, uint64_t error) const {
    const OpCode type{txn.header.type};
    if (const auto* create = std::get_if<txn::CreateTxn>(&txn.body); create && type != OpCode::create_ttl)
      return error == with_owner(create->path.view(), znode::kContainerOwner);
    if (const auto* container = std::get_if<txn::CreateContainerTxn>(&txn.body)) {
      return error == with_owner(container->path.view(), 0) ||
             error == with_owner(container->path.view(), txn.header.session_id);
    }
    return false;
  }

  // By how much the tree's digest would differ if the node at `path` had this owner.
  uint64_t with_owner(std::string_view path, int64_t owner) const {
    const znode::Tree& tree = state_.tree();
    const znode::NodeIndex node = tree.find(path);
    if (node == znode::kNoNode) return 0;
    client::StatPersisted stat = tree.persisted(node);
    const uint32_t prefix = tree.digest_prefix_of(node);
    const uint64_t real = znode::node_digest(prefix, stat);
    stat.ephemeral_owner = owner;
    return uint64_t{znode::node_digest(prefix, stat)} - real;
  }

  znode::State state_;
  uint64_t inherited_error_ = 0;
  size_t transactions_ = 0;
  size_t compared_ = 0;
  size_t excepted_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} DIRECTORY\n", argv[0]);
    return 2;
  }
  Replay replay;
  size_t wrong = 0;
  for (const LogFile& log : read_logs(argv[1])) {
    const auto entries = store::read_java_log(log.bytes);
    if (!entries.ok()) {
      fmt::print("log.{:x}: {}\n", log.first_zxid, entries.fault().message);
      return 1;
    }
    for (const store::JavaLogEntry& entry : *entries) wrong += replay.step(entry) ? 0 : 1;
  }
  replay.print_summary();
  if (!replay.compared_anything()) fmt::print("no digest was compared\n");
  return wrong == 0 && replay.compared_anything() ? 0 : 1;
}
