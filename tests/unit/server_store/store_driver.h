// A server reduced to its disk: numbered transactions go to the log, what is durable is applied and goes to
// the checkpoint. Waits for completions, never for time.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/store/store.h"
#include "tree_history.h"

namespace paddock::store {

class StoreDriver {
 public:
  StoreDriver(Env& env, StoreOptions options) : env_(env), options_(std::move(options)) {}
  ~StoreDriver() { close(); }

  // False if the start was refused: see fault(). Applies the tail, as an ensemble of one does.
  bool open() {
    state.emplace(znode::Options{});
    StoreEvents events;
    events.persisted = [this](DiskSeq seq) { persisted(seq); };
    events.history_fetched = [this](HistoryFetched history) { answered(histories_, std::move(history)); };
    events.snapshot_piece = [this](SnapshotPiece piece) { answered(pieces_, std::move(piece)); };
    events.failed = [this](const Fault& fault) { failed(fault); };
    auto opened = Store::open(env_, options_, *state, recovered, std::move(events));
    if (!opened.ok()) {
      failed(opened.fault());
      return false;
    }
    store_ = std::move(*opened);
    state->record_changes(true);
    for (const Append& append : recovered.tail) apply_to(*state, append.txn.view());
    next_ = recovered.last_logged.value;
    return true;
  }

  void close() { store_.reset(); }

  // Transactions up to `last` as one piece of work, without waiting.
  void submit_to(int64_t last, size_t data_bytes = 20) {
    std::vector<LogWork> work;
    while (next_ < last) {
      ++next_;
      work.push_back(Append{next_seq(), Zxid{next_}, Bytes(tree_transaction(next_, data_bytes))});
      in_flight_.push_back({seq_, next_});
    }
    store_->submit(std::move(work), {state->last_applied()}, may_wait);
  }
  void submit(LogWork work) {
    std::vector<LogWork> one;
    one.push_back(std::move(work));
    store_->submit(std::move(one), {state->last_applied()});
  }
  DiskSeq next_seq() { return DiskSeq{++seq_}; }

  // A leader's snapshot at `zxid`, in pieces, and the transactions behind it up to `last`; not its end.
  void submit_snapshot(int64_t zxid, int64_t last, size_t data_bytes = 20) {
    snapshot_ = tree_snapshot(zxid, data_bytes);
    snapshot_zxid_ = zxid;
    submit(SnapshotBegin{next_seq(), Zxid{zxid}});
    for (size_t at = 0; at < snapshot_.size(); at += 1500) {
      submit(SnapshotChunk{next_seq(), Bytes(snapshot_.substr(at, 1500))});
    }
    next_ = zxid;
    submit_to(last, data_bytes);
  }
  // Its end, waited for: the state is replaced by it. False after a fault.
  bool install_snapshot(size_t data_bytes = 20) {
    submit(SnapshotEnd{next_seq()});
    if (!wait()) return false;
    state.emplace(znode::Options{});
    StateFromStream::load(*state, snapshot_, Zxid{snapshot_zxid_});
    state->record_changes(true);
    return settle(data_bytes);
  }

  // Waits for everything submitted, applies it, cuts a delta. False after a fault.
  bool settle(size_t data_bytes = 20) {
    if (!wait()) return false;
    for (const auto& [seq, number] : in_flight_) {
      apply_to(*state, tree_transaction(number, data_bytes));
      acknowledged = Zxid{number};
    }
    in_flight_.clear();
    store_->checkpoint(state->take_delta());
    return true;
  }
  bool run_to(int64_t last, size_t data_bytes = 20) {
    submit_to(last, data_bytes);
    return settle(data_bytes);
  }

  // Each asks and waits for the answer. Nothing after a fault.
  std::optional<HistoryFetched> read_history(const HistoryRead& wanted) {
    store_->read_history(wanted);
    return next_history();
  }
  std::optional<HistoryFetched> next_history() { return next_answer(histories_); }
  std::optional<SnapshotPiece> read_snapshot(uint64_t id) {
    store_->read_snapshot({id, false});
    return next_answer(pieces_);
  }

  bool wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return persisted_ == seq_ || !fault_.empty(); });
    return fault_.empty();
  }

  // What was told to be durable, also after a fault.
  Zxid promised() {
    std::lock_guard guard(mutex_);
    Zxid highest = acknowledged;
    for (const auto& [seq, number] : in_flight_) {
      if (seq <= persisted_) highest = Zxid{number};
    }
    return highest;
  }
  std::string fault() {
    std::lock_guard guard(mutex_);
    return fault_;
  }
  int faults() {
    std::lock_guard guard(mutex_);
    return faults_;
  }
  // By the thread that submitted it.
  bool last_was_written_inline() {
    std::lock_guard guard(mutex_);
    return persisted_by_ == std::this_thread::get_id();
  }
  int64_t submitted() const { return next_; }
  Store& store() { return *store_; }

  std::optional<znode::State> state;
  Recovered recovered;
  bool may_wait = false;  // of submit_to()
  Zxid acknowledged;

 private:
  struct InFlight {
    uint64_t seq;
    int64_t number;
  };

  template <class Answer>
  void answered(std::deque<Answer>& answers, Answer answer) {
    std::lock_guard guard(mutex_);
    answers.push_back(std::move(answer));
    changed_.notify_all();
  }
  template <class Answer>
  std::optional<Answer> next_answer(std::deque<Answer>& answers) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !answers.empty() || !fault_.empty(); });
    if (answers.empty()) return std::nullopt;
    Answer answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }

  void persisted(DiskSeq seq) {
    std::lock_guard guard(mutex_);
    PADDOCK_CHECK(seq.value > persisted_, "seq {} persisted after {}", seq.value, persisted_);
    persisted_ = seq.value;
    persisted_by_ = std::this_thread::get_id();
    changed_.notify_all();
  }
  void failed(const Fault& fault) {
    std::lock_guard guard(mutex_);
    fault_ = fault.message;
    ++faults_;
    changed_.notify_all();
  }

  Env& env_;
  const StoreOptions options_;
  uint64_t seq_ = 0;
  int64_t next_ = 0;
  std::vector<InFlight> in_flight_;
  std::string snapshot_;
  int64_t snapshot_zxid_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t persisted_ = 0;
  std::thread::id persisted_by_;
  std::deque<HistoryFetched> histories_;
  std::deque<SnapshotPiece> pieces_;
  std::string fault_;
  int faults_ = 0;

  std::unique_ptr<Store> store_;  // last: its threads call the above
};

}  // namespace paddock::store
