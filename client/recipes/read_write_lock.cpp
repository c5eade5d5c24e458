#include "client/recipes/read_write_lock.h"

#include "client/helpers.h"
#include "client/recipes/line.h"

namespace paddock::recipes {

ReadWriteLock::ReadWriteLock(ClientPtr zk, std::string path, LockOptions options)
    : zk_(std::move(zk)), path_(std::move(path)), options_(std::move(options)) {}

Async<Outcome<Hold>> ReadWriteLock::read(Limits limits) {
  return take(Claim::read, std::move(limits));
}

Async<Outcome<Hold>> ReadWriteLock::write(Limits limits) {
  return take(Claim::write, std::move(limits));
}

Async<Outcome<Hold>> ReadWriteLock::take(Claim claim, Limits limits) {
  LineOptions line;
  line.directory = path_;
  line.naming = options_.naming == Naming::curator ? Naming::curator : Naming::kazoo;
  line.claim = claim;
  line.data = options_.identifier;
  line.lost_when = options_.lost_when;
  return stand_in_line(zk_, line, std::move(limits));
}

// The reader's node gets the writer's number, as Curator's does: it stands where the writer stood.
Async<Outcome<Hold>> ReadWriteLock::downgrade(Hold writer) {
  const auto place = parse_position(writer.path().substr(writer.path().rfind('/') + 1));
  if (place->numbers_ended()) co_return Outcome<Hold>{ErrorCode::unimplemented, {}};
  const Naming naming = options_.naming == Naming::curator ? Naming::curator : Naming::kazoo;
  const NodeName reader = make_name(naming, Claim::read, client::make_guid());
  client::ProtectedNode node;
  node.directory = path_;
  node.prefix = reader.prefix;
  node.rest = reader.rest + place->number;
  node.data = options_.identifier;
  node.options.mode = client::CreateMode::ephemeral;
  const SessionId owner = writer.holding()->node().owner;
  const Outcome<client::Created> created = co_await client::create_protected(zk_, node);
  if (!created) co_return Outcome<Hold>{created.err, {}};
  if (created.value.stat.ephemeral_owner != owner.value || writer.is_lost()) {
    // The writer's session is over: others may have written since.
    co_await client::remove_surely(zk_, created.value.path);
    co_return Outcome<Hold>{ErrorCode::session_expired, {}};
  }
  const Holding::Node held{created.value.path, Zxid{created.value.stat.czxid}, owner};
  auto holding = std::make_shared<Holding>(zk_, held, options_.lost_when);
  holding->begin();
  co_await writer.release();
  co_return Outcome<Hold>{ErrorCode::ok, Hold(std::move(holding))};
}

}  // namespace paddock::recipes
