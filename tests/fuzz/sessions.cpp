// Three sessions at work: every four bytes are a command, carried out by the server's tree and by the model
// (model_tree.h), which must agree on answers, stats and watch events. Writes are prepared at once, as on a
// leader, and applied when a command says so: up to then others are prepared on top of them.
#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "protocol/client/multi.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/model_tree.h"
#include "znode/prepare.h"
#include "znode/read.h"
#include "znode/state.h"

using namespace paddock;
using client::OpCode;
using fuzz::ModelTree;

namespace {

constexpr size_t kSessions = 3;

enum class Word {
  create,
  create_sequential,
  remove,
  set_data,
  check,
  multi,
  apply,
  settle,
  exists,
  get,
  list,
  close
};
constexpr size_t kWords = static_cast<size_t>(Word::close) + 1;

struct Command {
  Word word;
  size_t who;
  bool watch;
  int64_t owner;  // of what is created
  std::string path;
  std::string data;
  int32_t version;
};

struct Write {
  OpCode type;
  std::string body;
  Command command;             // of one that is no multi
  std::vector<Command> parts;  // of a multi
  int64_t session;
  uint64_t connection;
  fuzz::Moment when;
  std::string txn;
  ErrorCode err = ErrorCode::ok;  // foreseen
};

const znode::AclView& open_list() {
  static const znode::AclView list{client::Acl{client::kPermAll, {"world", "anyone"}}};
  return list;
}

// Views `command`.
client::MultiOp operation_of(const Command& command) {
  const int32_t sequential = command.word == Word::create_sequential ? 2 : 0;
  switch (command.word) {
    case Word::remove:
      return {OpCode::remove, client::DeleteRequest{command.path, command.version}};
    case Word::set_data:
      return {OpCode::set_data, client::SetDataRequest{command.path, command.data, command.version}};
    case Word::check:
      return {OpCode::check, client::CheckVersionRequest{command.path, command.version}};
    default:
      break;
  }
  if (command.owner == ModelTree::kContainer) {
    return {OpCode::create_container, client::CreateRequest{command.path, command.data, open_list(), 4}};
  }
  const int32_t flags = sequential + (command.owner != 0 ? 1 : 0);
  return {OpCode::create2, client::CreateRequest{command.path, command.data, open_list(), flags}};
}

std::string text_of(const client::Stat& stat) {
  return fmt::format("{:x} {:x} {:x} at {} {}, versions {} {} {}, owner {:x}, {} bytes, {} children",
                     stat.czxid, stat.mzxid, stat.pzxid, stat.ctime, stat.mtime, stat.version, stat.cversion,
                     stat.aversion, static_cast<uint64_t>(stat.ephemeral_owner), stat.data_length,
                     stat.num_children);
}

class Driver final : public znode::WatchSink {
 public:
  explicit Driver(std::string_view script) : rest_(script) {
    for (size_t who = 0; who < kSessions; ++who) connect(who);
    prepare_top();
    settle();
  }

  void run() {
    while (const auto command = next()) carry_out(*command);
    settle();
    check_nodes();
    check_checkpoint();
  }

 private:
  std::optional<Command> next() {
    if (rest_.size() < 4) return std::nullopt;
    const std::array<uint8_t, 4> bytes{static_cast<uint8_t>(rest_[0]), static_cast<uint8_t>(rest_[1]),
                                       static_cast<uint8_t>(rest_[2]), static_cast<uint8_t>(rest_[3])};
    rest_.remove_prefix(4);
    Command command{
        static_cast<Word>(bytes[0] % kWords), bytes[1] % kSessions, (bytes[1] & 0x80) != 0, 0, "", "", 0};
    const uint8_t kind = bytes[1] >> 4 & 3;
    const bool may_be_container = command.word == Word::create;
    command.owner = kind == 1                       ? session_of_[command.who]
                    : kind == 2 && may_be_container ? ModelTree::kContainer
                                                    : 0;
    command.path = ModelTree::kTop;
    for (uint8_t depth = 1 + bytes[2] % 3, names = bytes[2] >> 2; depth > 0; --depth, names >>= 2) {
      command.path += std::string("/") + "abcd"[names & 3];
    }
    command.data = std::string(bytes[3] >> 4, 'x');
    command.version = static_cast<int32_t>(bytes[3] & 3) - 1;
    return command;
  }

  void carry_out(const Command& command) {
    switch (command.word) {
      case Word::multi:
        return prepare_multi(command);
      case Word::apply:
        if (!pending_.empty()) apply_next();
        return;
      case Word::settle:
        return settle();
      case Word::close:
        return reconnect(command.who);
      case Word::exists:
      case Word::get:
      case Word::list:
        return look(command);
      case Word::check:
        return;  // nothing of its own
      default:
        prepare_one(command);
    }
  }

  // --- Writes

  void prepare_one(const Command& command) {
    const client::MultiOp operation = operation_of(command);
    std::string body = std::visit([](const auto& record) { return jute::encoded(record); }, operation.body);
    prepare({operation.type,
             std::move(body),
             command,
             {},
             session_of_[command.who],
             command.who + 1,
             {},
             "",
             {}});
  }

  void prepare_multi(const Command& opening) {
    std::vector<Command> parts;
    const size_t wanted = opening.data.size() % 6;
    while (parts.size() < wanted) {
      auto part = next();
      if (!part) break;
      const bool fits = part->word <= Word::check;
      if (part->owner != 0 && part->owner != ModelTree::kContainer) part->owner = session_of_[opening.who];
      if (fits) parts.push_back(std::move(*part));
    }
    std::vector<client::MultiOp> operations;
    for (const Command& part : parts) operations.push_back(operation_of(part));
    std::string body;
    jute::Writer writer(body);
    client::encode_multi(writer, operations);
    prepare({OpCode::multi,
             std::move(body),
             opening,
             std::move(parts),
             session_of_[opening.who],
             opening.who + 1,
             {},
             "",
             {}});
  }

  void connect(size_t who) {
    session_of_[who] = (int64_t{1} << 56) + ++sessions_;
    prepare({OpCode::create_session,
             jute::encoded(client::CreateSessionRequest{30'000}),
             {},
             {},
             session_of_[who],
             who + 1,
             {},
             "",
             {}});
  }
  // Applied at once: as with ZooKeeper a parent counts the children of a closing session until it is closed.
  void reconnect(size_t who) {
    prepare({OpCode::close_session, "", {}, {}, session_of_[who], who + 1, {}, "", {}});
    settle();
    connect(who);
  }
  void prepare_top() {
    Command top{Word::create, 0, false, 0, ModelTree::kTop, "", 0};
    prepare_one(top);
  }

  void prepare(Write write) {
    zxid_ = zxid_.next();
    now_ms_ += 7;
    write.when = {zxid_.value, now_ms_};
    const znode::StateChecksum before = state_.checksum();
    auto prepared = preparer_.prepare(
        {SessionId{write.session}, Xid{++cxid_}, write.type, write.body, &who_, ErrorCode::ok, nullptr},
        zxid_, WallTime{now_ms_});
    PADDOCK_CHECK(state_.checksum() == before, "preparing has changed the tree");
    write.txn = std::move(prepared.txn);
    write.err = prepared.err;
    pending_.push_back(std::move(write));
  }

  void settle() {
    while (!pending_.empty()) apply_next();
  }

  void apply_next() {
    const Write write = std::move(pending_.front());
    pending_.pop_front();
    const auto txn = txn::decode_txn(write.txn);
    PADDOCK_CHECK(txn.ok(), "a transaction of ours cannot be read");
    state_.apply(*txn, watches_, *this, result_);
    preparer_.applied(txn->zxid());
    PADDOCK_CHECK(!result_.digest_mismatch, "the digest is not the one that was foreseen");
    std::string body;
    jute::Writer writer(body);
    const ErrorCode err = znode::write_reply(write.type, result_, state_, writer);
    compare_answer(write, err, body);
    compare_events();
    if (write.type == OpCode::close_session) {
      watches_.drop_connection(ConnectionId{write.connection});
      model_.drop_connection(write.connection);
    }
  }

  void compare_answer(const Write& write, ErrorCode err, const std::string& body) {
    if (write.type == OpCode::multi) return compare_multi(write, body);
    ErrorCode expected = ErrorCode::ok;
    std::string path = write.command.path;
    if (write.type == OpCode::close_session) {
      model_.end_session(write.session, write.when);
    } else if (path == ModelTree::kTop) {
      model_.create_top(write.when);
    } else if (write.type != OpCode::create_session) {
      expected = carry_out_in_model(model_, write.command, path, write.when);
    }
    PADDOCK_CHECK(err == expected && write.err == expected, "{} of {}: {}, foreseen {}; the model says {}",
                  client::name_of(write.type), path, name_of(err), name_of(write.err), name_of(expected));
    if (err == ErrorCode::ok) compare_reply(write, path, body);
  }

  void compare_reply(const Write& write, const std::string& path, const std::string& body) {
    if (write.type == OpCode::create2 || write.type == OpCode::create_container) {
      const auto reply = jute::decoded<client::Create2Response>(body);
      PADDOCK_CHECK(reply && reply->path == path, "{} was created under another name", path);
      if (path != ModelTree::kTop) compare_stat(path, reply->stat);
    } else if (write.type == OpCode::set_data) {
      const auto reply = jute::decoded<client::StatResponse>(body);
      PADDOCK_CHECK(reply.has_value(), "no stat of {}", path);
      compare_stat(path, reply->stat);
    }
  }

  static ErrorCode carry_out_in_model(ModelTree& model, const Command& command, std::string& path,
                                      fuzz::Moment when) {
    switch (command.word) {
      case Word::remove:
        return model.remove(path, command.version, when);
      case Word::set_data:
        return model.set_data(path, command.data, command.version, when);
      case Word::check:
        return model.check(path, command.version);
      default:
        return model.create(path, command.word == Word::create_sequential, command.data, command.owner, when);
    }
  }

  // All or nothing: what comes before the failure is reported as done and is not, what comes behind it was
  // not tried.
  void compare_multi(const Write& write, const std::string& body) {
    ModelTree changed = model_;
    std::vector<ErrorCode> expected;
    ErrorCode failure = ErrorCode::ok;
    for (const Command& part : write.parts) {
      std::string path = part.path;
      const bool tried = failure == ErrorCode::ok;
      if (tried) failure = carry_out_in_model(changed, part, path, write.when);
      expected.push_back(tried ? failure : ErrorCode::runtime_inconsistency);
    }
    if (failure == ErrorCode::ok) model_ = std::move(changed);
    PADDOCK_CHECK(write.err == failure, "a multi: foreseen {}; the model says {}", name_of(write.err),
                  name_of(failure));
    jute::Reader reader(body);
    std::vector<client::MultiResult> results;
    PADDOCK_CHECK(client::decode_multi_results(reader, results) && reader.at_end(), "the reply to a multi");
    PADDOCK_CHECK(results.size() == expected.size(), "{} results of {} operations", results.size(),
                  expected.size());
    for (size_t i = 0; i < results.size(); ++i) {
      const auto* error = std::get_if<client::ErrorResponse>(&results[i].body);
      const auto told = static_cast<ErrorCode>(error != nullptr ? error->err : 0);
      PADDOCK_CHECK((error != nullptr) == (failure != ErrorCode::ok) && told == expected[i],
                    "operation {} of a multi: {}; the model says {}", i, name_of(told), name_of(expected[i]));
    }
  }

  // --- Reads

  void look(const Command& command) {
    const OpCode type = command.word == Word::exists ? OpCode::exists
                        : command.word == Word::get  ? OpCode::get_data
                                                     : OpCode::get_children2;
    const std::string asked = jute::encoded(client::PathWatchRequest{command.path, command.watch});
    std::string body;
    jute::Writer writer(body);
    const uint64_t connection = command.who + 1;
    const ErrorCode err = znode::read(
        state_, watches_, {ConnectionId{connection}, SessionId{session_of_[command.who]}, type, asked, &who_},
        writer, *this);
    const bool is_there = model_.has(command.path);
    PADDOCK_CHECK(err == (is_there ? ErrorCode::ok : ErrorCode::no_node), "{} of {}: {}",
                  client::name_of(type), command.path, name_of(err));
    if (is_there) compare_seen(command, body);
    if (!command.watch || (!is_there && type != OpCode::exists)) return;
    type == OpCode::get_children2 ? model_.watch_children(command.path, connection)
                                  : model_.watch_data(command.path, connection);
  }

  void compare_seen(const Command& command, const std::string& body) {
    if (command.word == Word::exists) {
      compare_stat(command.path, jute::decoded<client::StatResponse>(body).value().stat);
    } else if (command.word == Word::get) {
      const auto seen = jute::decoded<client::GetDataResponse>(body);
      PADDOCK_CHECK(seen && seen->data == jute::Buffer(model_.data(command.path)), "other data at {}",
                    command.path);
      compare_stat(command.path, seen->stat);
    } else {
      const auto seen = jute::decoded<client::GetChildren2Response>(body);
      PADDOCK_CHECK(seen.has_value(), "the children of {}", command.path);
      std::vector<std::string> names;
      for (const auto name : seen->children) names.emplace_back(name.view());
      std::sort(names.begin(), names.end());
      PADDOCK_CHECK(names == model_.children(command.path), "other children of {}", command.path);
      compare_stat(command.path, seen->stat);
    }
  }

  void compare_stat(const std::string& path, const client::Stat& stat) {
    const client::Stat expected = model_.stat(path);
    PADDOCK_CHECK(stat == expected, "{} has the stat {}; the model says {}", path, text_of(stat),
                  text_of(expected));
  }
  void compare_events() { PADDOCK_CHECK(std::exchange(told_, {}) == model_.events(), "other watch events"); }
  void deliver(ConnectionId to, client::EventType event, std::string_view path, int64_t,
               const jute::Vector<client::Acl>*) override {
    told_.insert({to.value, event, std::string(path)});
  }

  // --- At the end

  void check_nodes() {
    std::vector<std::string> paths{ModelTree::kTop};
    while (!paths.empty()) {
      const std::string path = std::move(paths.back());
      paths.pop_back();
      const znode::NodeIndex node = state_.tree().find(path);
      PADDOCK_CHECK(node != znode::kNoNode, "{} is lost", path);
      compare_stat(path, state_.tree().stat(node));
      for (const std::string& name : model_.children(path)) paths.push_back(path + "/" + name);
    }
  }

  void check_checkpoint() {
    const znode::Delta whole = state_.full_delta();
    znode::State loaded(options_);
    loaded.begin_load();
    for (const auto& entry : whole.entries) {
      PADDOCK_CHECK(znode::load_entry(loaded, entry.key, entry.value.value()).ok(),
                    "a checkpoint cannot be loaded");
    }
    PADDOCK_CHECK(loaded.finish_load(whole.applied, whole.checksum).ok(), "a checkpoint holds another tree");
  }

  std::string_view rest_;
  znode::Options options_;
  znode::State state_{options_};
  znode::Watches watches_;
  znode::Preparer preparer_{state_};
  znode::ApplyResult result_;
  znode::Identities who_{znode::ip_identity("127.0.0.1")};
  ModelTree model_;
  std::deque<Write> pending_;
  std::multiset<ModelTree::Event> told_;
  std::array<int64_t, kSessions> session_of_{};
  int64_t sessions_ = 0;
  Zxid zxid_;
  int64_t now_ms_ = 1'700'000'000'000;
  int32_t cxid_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Driver(fuzz::text_of(data, size)).run();
  return 0;
}
