#include "client/recipes/line.h"

#include <algorithm>

#include "client/helpers.h"

namespace paddock::recipes {
namespace {

using client::AsyncClient;
using client::Children;
using client::Created;
using client::NodeData;

// A node of ours; in a bridge two, made by one transaction, so that nobody stands between them.
struct Place {
  std::vector<std::string> names;
  Holding::Node node;  // the first
};

// `err` with refused: why.
struct Turn {
  enum Kind { mine, gone, refused };
  Kind kind;
  ErrorCode err = ErrorCode::ok;
};
constexpr Turn kGivenUp{Turn::refused, ErrorCode::operation_timeout};

// What becomes of a place about which the server gives this error.
Turn turn_after(const AsyncClient& zk, ErrorCode err) {
  const bool passed = err == ErrorCode::no_node || err == ErrorCode::session_expired;
  return passed && !zk.ended() ? Turn{Turn::gone} : Turn{Turn::refused, err};
}

Async<Outcome<Place>> enter_once(ClientPtr zk, LineOptions options) {
  const NodeName name = make_name(options.naming, options.claim, client::make_guid());
  client::ProtectedNode node;
  node.directory = options.directory;
  node.prefix = name.prefix;
  node.rest = name.rest;
  node.data = options.data;
  node.options.mode = client::CreateMode::ephemeral_sequential;
  const Outcome<Created> created = co_await client::create_protected(zk, node);
  if (!created) co_return Outcome<Place>{created.err, {}};
  Place place;
  place.names.push_back(created.value.path.substr(created.value.path.rfind('/') + 1));
  place.node = {created.value.path, Zxid{created.value.stat.czxid},
                SessionId{created.value.stat.ephemeral_owner}};
  co_return Outcome<Place>{ErrorCode::ok, std::move(place)};
}

// After a lost reply nobody knows which names the nodes have: what carries one of the prefixes goes.
Async<void> sweep(ClientPtr zk, std::string directory, std::vector<std::string> prefixes) {
  const auto sync = [zk, directory] { return zk->async_sync(directory, use_awaitable); };
  const auto list = [zk, directory] { return zk->async_children(directory, false, use_awaitable); };
  co_await client::retried(sync);
  const Outcome<Children> children = co_await client::retried(list);
  for (const std::string& name : children.value.names) {
    const bool ours = std::any_of(prefixes.begin(), prefixes.end(),
                                  [&](const std::string& prefix) { return name.starts_with(prefix); });
    if (ours) co_await client::remove_surely(zk, child_path(directory, name));
  }
}

Async<Outcome<Place>> enter_bridge(ClientPtr zk, LineOptions options) {
  const std::string guid = client::make_guid();
  client::Transaction both;
  std::vector<std::string> prefixes;
  std::vector<client::Step<Created>> steps;
  for (const Naming naming : {Naming::kazoo, Naming::curator}) {
    const NodeName name = make_name(naming, options.claim, guid);
    prefixes.push_back(name.prefix);
    steps.push_back(both.create(child_path(options.directory, name.prefix + name.rest), options.data,
                                client::CreateMode::ephemeral_sequential));
  }
  for (;;) {
    const Outcome<client::TransactionResults> done = co_await zk->async_commit(both, use_awaitable);
    if (done) {
      Place place;
      for (const auto step : steps) {
        const std::string path = done.value[step].value.path;
        place.names.push_back(path.substr(path.rfind('/') + 1));
      }
      // A transaction's result need not hold the stat.
      const auto exists = [zk, path = child_path(options.directory, place.names[0])] {
        return zk->async_exists(path, false, use_awaitable);
      };
      const Outcome<client::Stat> stat = co_await client::retried(exists);
      place.node = {child_path(options.directory, place.names[0]), Zxid{stat.value.czxid},
                    SessionId{stat.value.ephemeral_owner}};
      if (stat) co_return Outcome<Place>{ErrorCode::ok, std::move(place)};
      co_await sweep(zk, options.directory, prefixes);
      const bool again = stat.err == ErrorCode::no_node || stat.err == ErrorCode::session_expired;
      co_return Outcome<Place>{again ? ErrorCode::session_expired : stat.err, {}};
    }
    if (done.err == ErrorCode::connection_loss) {
      co_await sweep(zk, options.directory, prefixes);
    } else if (done.err == ErrorCode::no_node) {
      const Outcome<Nothing> above = co_await client::ensure_path(zk, options.directory);
      if (!above) co_return Outcome<Place>{above.err, {}};
    } else {
      co_return Outcome<Place>{done.err, {}};
    }
  }
}

Async<Outcome<Place>> enter(ClientPtr zk, LineOptions options) {
  for (;;) {
    Async<Outcome<Place>> entry =
        options.naming == Naming::bridge ? enter_bridge(zk, options) : enter_once(zk, options);
    const Outcome<Place> place = co_await std::move(entry);
    if (place.err != ErrorCode::session_expired || zk->ended()) co_return place;
  }
}

Async<void> leave(ClientPtr zk, std::string directory, Place place) {
  for (const std::string& name : place.names) co_await client::remove_surely(zk, child_path(directory, name));
}

// Ours, by the server's word; leaves a watch on it.
Async<Turn> verified(ClientPtr zk, Place place, Limits limits) {
  const auto get = [zk, limits, path = place.node.path] {
    return zk->under(limits).async_get(path, true, use_awaitable);
  };
  const Outcome<NodeData> node = co_await client::retried(get);
  if (!node) co_return turn_after(*zk, node.err);
  const bool ours = node.value.stat.ephemeral_owner == zk->session_id().value;
  co_return Turn{ours ? Turn::mine : Turn::gone};
}

// One look at the line; nothing: something is in the way, and `wake` will be told when it moves.
Async<std::optional<Turn>> look(ClientPtr zk, LineOptions options, Place place, Limits limits,
                                client::Wakeup& wake, client::Subscription& watching) {
  const Outcome<std::vector<Position>> line = co_await read_line(zk, options.directory, limits);
  if (!line) co_return turn_after(*zk, line.err);
  const auto mine = place_of(line.value, place.names[0]);
  if (!mine) co_return Turn{Turn::gone};
  const auto before = in_the_way(line.value, *mine, options.seats);
  if (!before) co_return co_await verified(zk, place, limits);
  if (!options.patient) co_return kGivenUp;

  const std::string path = child_path(options.directory, *before);
  watching = zk->listen_events(path, [notify = wake.notifier()](const client::Event&) { notify(); });
  const auto get = [zk, limits, path] { return zk->under(limits).async_get(path, true, use_awaitable); };
  const Outcome<NodeData> node = co_await client::retried(get);
  // Gone already, or unknown after a new session: look again.
  if (!node) wake.notify();
  co_return std::nullopt;
}

Async<Turn> await_turn(ClientPtr zk, LineOptions options, Place place, std::stop_token stop) {
  client::Wakeup wake(zk->executor());
  client::Subscription watching;
  // On a new connection the watches are there again, but the session may be another one.
  const auto states =
      zk->listen_state([notify = wake.notifier()](const client::ConnectionState&) { notify(); });
  const Limits limits(Deadline::never(), stop);
  for (;;) {
    const std::optional<Turn> turn = co_await look(zk, options, place, limits, wake, watching);
    if (turn) co_return *turn;
    const bool notified = co_await wake.wait(limits);
    if (!notified) co_return kGivenUp;
  }
}

Async<Outcome<Hold>> stand(ClientPtr zk, LineOptions options, std::stop_token stop) {
  for (;;) {
    const Outcome<Place> place = co_await enter(zk, options);
    if (!place) co_return Outcome<Hold>{place.err, {}};
    const Turn turn = co_await await_turn(zk, options, place.value, stop);
    if (turn.kind == Turn::mine) {
      auto holding = std::make_shared<Holding>(zk, place.value.node, options.lost_when, options.on_data);
      std::vector<std::string> also;
      for (size_t i = 1; i < place.value.names.size(); ++i) {
        also.push_back(child_path(options.directory, place.value.names[i]));
      }
      holding->begin(std::move(also));
      co_return Outcome<Hold>{ErrorCode::ok, Hold(std::move(holding))};
    }
    co_await leave(zk, options.directory, place.value);
    if (turn.kind == Turn::refused) co_return Outcome<Hold>{turn.err, {}};
  }
}

}  // namespace

Async<Outcome<std::vector<Position>>> read_line(ClientPtr zk, std::string directory, Limits limits) {
  using Places = std::vector<Position>;
  const auto list = [zk, limits, directory] {
    return zk->under(limits).async_children(directory, false, use_awaitable);
  };
  const Outcome<Children> children = co_await client::retried(list);
  if (!children) co_return Outcome<Places>{children.err, {}};
  Outcome<Places> line;
  for (Position& position : places(children.value.names)) {
    if (position.numbers_ended()) {
      const auto exists = [zk, limits, path = child_path(directory, position.name)] {
        return zk->under(limits).async_exists(path, false, use_awaitable);
      };
      const Outcome<client::Stat> stat = co_await client::retried(exists);
      if (stat.err == ErrorCode::no_node) continue;
      if (!stat) co_return Outcome<Places>{stat.err, {}};
      position.made = Zxid{stat.value.czxid};
    }
    line.value.push_back(std::move(position));
  }
  put_in_order(line.value);
  co_return line;
}

std::optional<std::string> in_the_way(const std::vector<Position>& line, size_t mine, size_t seats) {
  std::vector<const Position*> before;
  for (size_t i = 0; i < mine; ++i) {
    // The reading node of a writer that keeps on reading has the writer's number.
    const bool same = line[i].came_with(line[mine]);
    if (!same && (!line[mine].shared || !line[i].shared)) before.push_back(&line[i]);
  }
  if (before.size() < seats) return std::nullopt;
  return before[before.size() - seats]->name;
}

Async<Outcome<Hold>> stand_in_line(ClientPtr zk, LineOptions options, Limits limits) {
  const auto work = [zk, options](std::stop_token stop) { return stand(zk, options, stop); };
  return client::abandonable<Hold>(zk, limits, work);
}

Async<Outcome<std::vector<std::string>>> data_of_line(ClientPtr zk, std::string directory, Limits limits) {
  using Data = std::vector<std::string>;
  const Outcome<std::vector<Position>> line = co_await read_line(zk, directory, limits);
  if (line.err == ErrorCode::no_node) co_return Outcome<Data>{};
  if (!line) co_return Outcome<Data>{line.err, {}};
  Outcome<Data> all;
  for (const Position& position : line.value) {
    const auto get = [zk, limits, path = child_path(directory, position.name)] {
      return zk->under(limits).async_get(path, false, use_awaitable);
    };
    const Outcome<NodeData> node = co_await client::retried(get);
    if (node.err == ErrorCode::no_node) continue;
    if (!node) co_return Outcome<Data>{node.err, {}};
    all.value.push_back(node.value.data);
  }
  co_return all;
}

}  // namespace paddock::recipes
