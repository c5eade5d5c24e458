#include "client/recipes/set_partitioner.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/host_name.hpp>
#include <list>
#include <set>

#include "client/helpers.h"
#include "client/recipes/lock.h"
#include "client/recipes/naming.h"
#include "client/recipes/persistent_node.h"
#include "client/recipes/watch.h"

namespace paddock::recipes {
namespace {

using client::ConnectionState;
using State = SetPartitioner::State;

std::string default_identifier() {
  boost::system::error_code err;
  return boost::asio::ip::host_name(err) + "-" + std::to_string(::getpid());
}

// As kazoo's ShallowParty: what is behind the first dash, or all of a name without one.
std::string identifier_of(const std::string& node) {
  const size_t dash = node.find('-');
  return dash == std::string::npos ? node : node.substr(dash + 1);
}

}  // namespace

std::vector<std::string> share_of(std::vector<std::string> items, const std::vector<std::string>& party,
                                  const std::string& member) {
  // By the identifier alone for kazoo; by the node's name too where two members have the same one.
  std::set<std::pair<std::string, std::string>> members;
  for (const std::string& node : party) members.emplace(identifier_of(node), node);
  const auto ours = members.find({identifier_of(member), member});
  if (ours == members.end()) return {};
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  std::vector<std::string> share;
  const auto first = static_cast<size_t>(std::distance(members.begin(), ours));
  for (size_t i = first; i < items.size(); i += members.size()) share.push_back(std::move(items[i]));
  return share;
}

void SetPartitioner::Shared::enter(State next) {
  if (state == next) return;
  state = next;
  bell.ring();
}

void SetPartitioner::Shared::fail(ErrorCode why) {
  if (state == State::failure) return;
  err = why;
  parts.clear();
  round.request_stop();
  wake.notify();
  enter(State::failure);
}

void SetPartitioner::Shared::party_changed(std::vector<std::string> now) {
  party = std::move(now);
  ++changes;
  round.request_stop();
  wake.notify();
}

void SetPartitioner::Shared::ask_release() {
  release_asked = true;
  wake.notify();
}

SetPartitioner::SetPartitioner(ClientPtr zk, std::string path, std::vector<std::string> items,
                               PartitionOptions options)
    : shared_(std::make_shared<Shared>(zk->executor())),
      background_(zk, [zk, shared = shared_, path, items, options](std::stop_token stop) {
        Place place{path, items, {}, options};
        if (place.options.identifier.empty()) place.options.identifier = default_identifier();
        place.member = client::make_guid() + "-" + place.options.identifier;
        return keep(zk, place, shared, stop);
      }) {}

void SetPartitioner::release_set() {
  if (shared_->state == State::release || shared_->state == State::acquired) shared_->ask_release();
}

Async<Outcome<State>> SetPartitioner::next_state(State seen, Limits limits) {
  const auto shared = shared_;
  const auto is_another = [shared, seen] { return shared->state != seen; };
  const bool changed = co_await shared->bell.until(is_another, limits);
  co_return Outcome<State>{changed ? ErrorCode::ok : ErrorCode::operation_timeout, shared->state};
}

Async<void> SetPartitioner::keep(ClientPtr zk, Place place, SharedPtr shared, std::stop_token stop) {
  const auto states = zk->listen_state([shared](const ConnectionState& now) {
    if (now == ConnectionState::lost || now == ConnectionState::closed)
      shared->fail(ErrorCode::session_expired);
  });
  const std::stop_callback on_stop(stop, [shared] { shared->round.request_stop(); });
  const std::string party = place.path + "/party";
  const PersistentNode member(zk, child_path(party, place.member), place.options.identifier);
  const ChildrenWatch watch(zk, party, [shared](const std::optional<std::vector<std::string>>& names) {
    shared->party_changed(names.value_or(std::vector<std::string>{}));
  });
  if (zk->ended()) shared->fail(ErrorCode::session_expired);
  for (;;) {
    const bool settled = co_await settle(place, shared, stop);
    if (!settled) co_return;
    const uint64_t divided = shared->changes;
    shared->round = std::stop_source();
    const std::vector<std::string> share = share_of(place.items, shared->party, place.member);
    std::vector<Hold> holds = co_await lock_all(zk, place, shared, share);
    if (!shared->round.stop_requested()) {
      for (size_t i = 0; i < share.size(); ++i) shared->parts.push_back({share[i], holds[i].fence()});
      co_await work(holds, shared, divided, stop);
    }
    for (Hold& hold : holds) {
      if (stop.stop_requested() || shared->state == State::failure) co_return;
      const Outcome<Nothing> released = co_await hold.release();
      if (!released && released.err != ErrorCode::session_expired) shared->fail(released.err);
    }
    if (stop.stop_requested() || shared->state == State::failure) co_return;
    shared->parts.clear();
    shared->release_asked = false;
    shared->enter(State::allocating);
  }
}

// False: it is over.
Async<bool> SetPartitioner::settle(Place place, SharedPtr shared, std::stop_token stop) {
  uint64_t seen = 0;
  auto calm = client::Deadline::never();  // until the party has been seen for the first time
  for (;;) {
    const Limits limits(calm, stop);
    if (seen == shared->changes) co_await shared->wake.wait(limits);
    if (stop.stop_requested() || shared->state == State::failure) co_return false;
    const bool present = std::count(shared->party.begin(), shared->party.end(), place.member) > 0;
    if (seen == shared->changes && calm.passed() && present) co_return true;
    if (seen != shared->changes || calm.passed())
      calm = client::Deadline::in_ms(place.options.time_boundary_ms);
    seen = shared->changes;
  }
}

// As many as could be had before the round was over.
Async<std::vector<Hold>> SetPartitioner::lock_all(ClientPtr zk, Place place, SharedPtr shared,
                                                  std::vector<std::string> share) {
  LockOptions options;
  options.identifier = place.options.identifier;
  options.lost_when = place.options.lost_when;
  std::vector<Hold> holds;
  for (const std::string& item : share) {
    Lock lock(zk, place.path + "/locks/" + item, options);
    const Limits limits(Deadline::never(), shared->round.get_token());
    Outcome<Hold> hold = co_await lock.acquire(limits);
    if (shared->round.stop_requested()) break;
    if (!hold) shared->fail(hold.err);
    if (!hold) break;
    holds.push_back(std::move(hold.value));
  }
  co_return holds;
}

// Until the parts have to be given up and the user has done so, or it is over.
Async<void> SetPartitioner::work(std::vector<Hold>& holds, SharedPtr shared, uint64_t party,
                                 std::stop_token stop) {
  std::list<std::stop_callback<std::function<void()>>> losses;
  for (const Hold& hold : holds) losses.emplace_back(hold.lost(), shared->wake.notifier());
  const auto is_over = [&] { return stop.stop_requested() || shared->state == State::failure; };
  const auto is_ours = [&] {
    const bool lost =
        std::any_of(holds.begin(), holds.end(), [](const Hold& hold) { return hold.is_lost(); });
    return shared->changes == party && !lost && !shared->release_asked;
  };
  const Limits limits(Deadline::never(), stop);
  // One may have been lost while we waited for the last: then the parts have not been anybody's work.
  if (!is_ours()) co_return;
  shared->enter(State::acquired);
  while (!is_over() && is_ours()) co_await shared->wake.wait(limits);
  if (!is_over()) shared->enter(State::release);
  while (!is_over() && !shared->release_asked) co_await shared->wake.wait(limits);
}

}  // namespace paddock::recipes
