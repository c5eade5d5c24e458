// Contenders for items of queues, and for numbers.
#include "client/recipes/counter.h"
#include "client/recipes/locking_queue.h"
#include "client/recipes/queue.h"
#include "tests/recipe_sim/contenders.h"

namespace paddock::recipe_sim {
namespace {

int32_t some_priority(Seat& seat) {
  return static_cast<int32_t>(seat.random().below(3)) * 100;
}

// Of what changes something once and is told of twice, or never.
bool is_in_doubt(ErrorCode err) {
  return err == ErrorCode::connection_loss || err == ErrorCode::operation_timeout;
}

void check_refusal(Seat& seat, ErrorCode err) {
  const bool known = is_in_doubt(err) || err == ErrorCode::session_expired || err == ErrorCode::no_node;
  seat.court().require(known, "R5", "p{}: an item's operation ends with {}", seat.program().number(),
                       name_of(err));
}

}  // namespace

Async<void> use_queue(Seat seat) {
  const bool curator = seat.naming() == recipes::Naming::curator;
  recipes::Queue queue(seat.zk(), std::string(kQueuePath),
                       curator ? recipes::QueueLayout::curator : recipes::QueueLayout::kazoo);
  Ledger& ledger = seat.stage().ledger;
  while (!seat.over()) {
    const std::string name = ledger.new_item();
    const int32_t priority = some_priority(seat);
    ledger.item("queue", name);
    Limits limits = seat.patience();
    const Outcome<client::Nothing> put = co_await queue.put(name, priority, limits);
    if (put) ledger.item("queue", name).put = true;
    if (!put) check_refusal(seat, put.err);
    co_await seat.rest();
    limits = seat.short_patience();
    const bool waits = seat.random().one_in(2);
    Async<Outcome<std::string>> asked = waits ? queue.take(limits) : queue.try_take(limits);
    const Outcome<std::string> taken = co_await std::move(asked);
    if (taken) {
      ledger.taken(seat.court(), "queue", taken.value);
      seat.progressed();
    } else {
      check_refusal(seat, taken.err);
      if (is_in_doubt(taken.err) && !taken.value.empty()) ledger.item("queue", taken.value).in_doubt = true;
    }
    co_await seat.rest();
  }
}

Async<void> use_locking_queue(Seat seat) {
  const Line line{"locking queue", std::string(kTakenPath), Line::Kind::marks};
  recipes::LockingQueue queue(seat.zk(), std::string(kLockingQueuePath));
  Ledger& ledger = seat.stage().ledger;
  while (!seat.over()) {
    const std::string name = ledger.new_item();
    const int32_t priority = some_priority(seat);
    Limits limits = seat.patience();
    const Outcome<client::Nothing> put = co_await queue.put(name, priority, limits);
    ledger.item("locking queue", name).put = put.err == ErrorCode::ok;
    if (!put) check_refusal(seat, put.err);
    co_await seat.rest();
    limits = seat.short_patience();
    Outcome<recipes::LockingQueue::Taken> taken = co_await queue.take(limits);
    if (!taken) {
      seat.went_without(taken.err);
      continue;
    }
    const std::string item = taken.value.data;
    const Court::HoldId id = seat.court().granted(seat.program(), line, taken.value.mine.fence());
    co_await seat.work(id, taken.value.mine);
    ++ledger.item("locking queue", item).taken;
    seat.court().returned(id);
    co_await seat.rest();
    if (seat.random().one_in(4)) continue;  // dropped: somebody else will do it
    limits = seat.patience();
    const Outcome<client::Nothing> finished = co_await queue.finish(std::move(taken.value), limits);
    if (finished) ledger.finished(seat.court(), "locking queue", item);
    const bool known = finished || finished.err == ErrorCode::operation_timeout ||
                       finished.err == ErrorCode::session_expired;
    seat.court().require(known, "R5", "p{}: finish() ends with {}", seat.program().number(),
                         name_of(finished.err));
    co_await seat.rest();
  }
}

Async<void> use_counter(Seat seat) {
  recipes::Counter counter(seat.zk(), std::string(kCounterPath));
  while (!seat.over()) {
    const Limits limits = seat.patience();
    const Outcome<int64_t> now = co_await counter.add(1, limits);
    if (now) {
      seat.stage().ledger.added(seat.court(), now.value);
      seat.progressed();
    } else {
      check_refusal(seat, now.err);
      if (is_in_doubt(now.err)) seat.stage().ledger.maybe_added();
    }
    co_await seat.rest();
  }
}

}  // namespace paddock::recipe_sim
