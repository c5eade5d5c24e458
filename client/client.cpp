#include "client/client.h"

#include <boost/asio/post.hpp>
#include <map>
#include <random>
#include <type_traits>
#include <unordered_map>

#include "client/chroot.h"
#include "client/link.h"
#include "client/wire.h"
#include "protocol/jute/codec.h"

namespace paddock::client {

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  using OnReply = std::function<void(const Replied&)>;

  Impl(const boost::asio::any_io_executor& given, const ConnectString& servers, const ClientOptions& options)
      : executor(given),
        chroot(servers.chroot),
        link(std::make_shared<Link>(given, servers.hosts, link_options(options), std::random_device{}())) {}

  static LinkOptions link_options(const ClientOptions& options) {
    LinkOptions link{options.session, options.connect_timeout_ms, options.renew_sessions, options.transport};
    link.session.expires_locally |= options.renew_sessions;
    return link;
  }

  void start() {
    link->start([weak = weak_from_this()](SessionEvent& event) {
      if (const auto self = weak.lock()) self->on_session_event(event);
    });
  }

  void on_session_event(SessionEvent& event) {
    if (const auto* replied = std::get_if<Replied>(&event)) {
      const auto found = waiting.find(replied->tag);
      if (found == waiting.end()) return;
      const OnReply done = std::move(found->second);
      waiting.erase(found);
      done(*replied);
    } else if (const auto* notified = std::get_if<Notified>(&event)) {
      tell({notified->type, chroot.to_client(notified->path), notified->zxid});
    } else {
      on_state(std::get<StateChanged>(event).state);
    }
  }

  void tell(const Event& event) {
    if (event_listener) event_listener(event);
    events.tell(event);
    // By a copy: a listener may be the last of its path and go.
    if (const auto found = events_of.find(event.path); found != events_of.end()) {
      const auto listeners = found->second;
      listeners.tell(event);
    }
  }

  void on_state(SessionState state) {
    if (state_listener) state_listener(state);
    if (const auto next = following(connection, state, link->session().on_read_only_server())) {
      connection = *next;
      states.tell(connection);
    }
    if (state != SessionState::closed && state != SessionState::expired && state != SessionState::auth_failed)
      return;
    const ErrorCode err = state == SessionState::closed ? ErrorCode::ok : ErrorCode::session_expired;
    for (const auto& done : std::exchange(closers, {})) done({err, {}});
  }

  // `decode`: bool(std::string_view body, T&), false for a malformed reply.
  template <class T, class Decode>
  uint64_t expect(Callback<T> done, Decode decode) {
    const uint64_t tag = ++last_tag;
    waiting.emplace(tag, [done = std::move(done), decode](const Replied& replied) {
      Outcome<T> outcome{replied.err, {}};
      if (outcome && !decode(std::string_view(replied.body), outcome.value)) {
        outcome = {ErrorCode::marshalling_error, {}};
      }
      done(std::move(outcome));
    });
    return tag;
  }

  template <class T, class Decode>
  void request(OpCode type, std::string body, Callback<T> done, Decode decode,
               WatchIntent watch = WatchIntent::none, std::string_view watch_path = {}) {
    link->session().submit(expect<T>(std::move(done), decode), type, std::move(body), watch, watch_path);
    link->wake();
  }

  // True, and `done` told of bad_arguments soon, for a path that a chroot would turn into another node's.
  template <class T>
  bool refused(std::string_view path, const Callback<T>& done) {
    if (path.starts_with('/')) return false;
    boost::asio::post(executor, [done] { done({ErrorCode::bad_arguments, {}}); });
    return true;
  }

  const boost::asio::any_io_executor executor;
  const Chroot chroot;
  const std::shared_ptr<Link> link;
  std::map<uint64_t, OnReply> waiting;
  uint64_t last_tag = 0;
  std::vector<Callback<Nothing>> closers;
  std::function<void(SessionState)> state_listener;
  std::function<void(const Event&)> event_listener;
  ConnectionState connection = ConnectionState::lost;
  Listeners<ConnectionState> states;
  Listeners<Event> events;
  std::unordered_map<std::string, Listeners<Event>> events_of;
};

namespace {

bool take_nothing(std::string_view, Nothing&) {
  return true;
}

bool take_stat(std::string_view body, Stat& stat) {
  const auto record = jute::decoded<StatResponse>(body);
  if (record) stat = record->stat;
  return record.has_value();
}

std::vector<std::string> to_strings(const Vector<Text>& texts) {
  std::vector<std::string> strings;
  strings.reserve(texts.size());
  for (const Text& text : texts) strings.push_back(text.str());
  return strings;
}

}  // namespace

Client::Client(boost::asio::any_io_executor executor, const ConnectString& servers,
               const ClientOptions& options)
    : impl_(std::make_shared<Impl>(executor, servers, options)) {
  impl_->start();
}

Client::~Client() {
  impl_->link->stop();
  impl_->state_listener = nullptr;
  impl_->event_listener = nullptr;
  impl_->states.clear();
  impl_->events.clear();
  impl_->events_of.clear();
  boost::asio::post(impl_->executor,
                    [waiting = std::move(impl_->waiting), closers = std::move(impl_->closers)] {
                      for (const auto& [tag, done] : waiting) {
                        done(Replied{tag, OpCode::error, ErrorCode::connection_loss, Zxid{0}, {}});
                      }
                      for (const auto& done : closers) done({ErrorCode::connection_loss, {}});
                    });
}

void Client::on_state(std::function<void(SessionState)> listener) {
  impl_->state_listener = std::move(listener);
}
void Client::on_event(std::function<void(const Event&)> listener) {
  impl_->event_listener = std::move(listener);
}

Subscription Client::listen_state(std::function<void(const ConnectionState&)> listener) {
  return impl_->states.add(std::move(listener));
}
Subscription Client::listen_events(std::function<void(const Event&)> listener) {
  return impl_->events.add(std::move(listener));
}
Subscription Client::listen_events(const std::string& path, std::function<void(const Event&)> listener) {
  auto ends = std::make_shared<Subscription>(impl_->events_of[path].add(std::move(listener)));
  return Subscription([weak = std::weak_ptr<Impl>(impl_), path, ends] {
    ends->cancel();
    const auto impl = weak.lock();
    if (!impl) return;
    const auto found = impl->events_of.find(path);
    if (found != impl->events_of.end() && found->second.empty()) impl->events_of.erase(found);
  });
}

void Client::create(std::string path, NewData data, const CreateOptions& options, Callback<Created> done) {
  if (impl_->refused(path, done)) return;
  impl_->request<Created>(wire::create_type(options.mode),
                          wire::encode_create(impl_->chroot.to_server(path), data, options), std::move(done),
                          [chroot = impl_->chroot](std::string_view body, Created& created) {
                            const auto record = jute::decoded<Create2Response>(body);
                            if (record) created = {chroot.to_client(record->path.view()), record->stat};
                            return record.has_value();
                          });
}

void Client::remove(std::string path, int32_t version, Callback<Nothing> done) {
  if (impl_->refused(path, done)) return;
  impl_->request<Nothing>(OpCode::remove,
                          jute::encoded(DeleteRequest{impl_->chroot.to_server(path), version}),
                          std::move(done), take_nothing);
}

void Client::exists(std::string path, bool watch, Callback<Stat> done) {
  if (impl_->refused(path, done)) return;
  const std::string at = impl_->chroot.to_server(path);
  impl_->request<Stat>(OpCode::exists, jute::encoded(PathWatchRequest{at, watch}), std::move(done), take_stat,
                       watch ? WatchIntent::exists : WatchIntent::none, at);
}

void Client::get(std::string path, bool watch, Callback<NodeData> done) {
  if (impl_->refused(path, done)) return;
  const std::string at = impl_->chroot.to_server(path);
  impl_->request<NodeData>(
      OpCode::get_data, jute::encoded(PathWatchRequest{at, watch}), std::move(done),
      [](std::string_view body, NodeData& node) {
        const auto record = jute::decoded<GetDataResponse>(body);
        if (record) node = {record->data.str(), record->data.is_null(), record->stat};
        return record.has_value();
      },
      watch ? WatchIntent::data : WatchIntent::none, at);
}

void Client::set(std::string path, NewData data, int32_t version, Callback<Stat> done) {
  if (impl_->refused(path, done)) return;
  impl_->request<Stat>(OpCode::set_data, wire::encode_set(impl_->chroot.to_server(path), data, version),
                       std::move(done), take_stat);
}

void Client::children(std::string path, bool watch, Callback<Children> done) {
  if (impl_->refused(path, done)) return;
  const std::string at = impl_->chroot.to_server(path);
  impl_->request<Children>(
      OpCode::get_children2, jute::encoded(PathWatchRequest{at, watch}), std::move(done),
      [](std::string_view body, Children& children) {
        const auto record = jute::decoded<GetChildren2Response>(body);
        if (record) children = {to_strings(record->children), record->stat};
        return record.has_value();
      },
      watch ? WatchIntent::child : WatchIntent::none, at);
}

void Client::get_acl(std::string path, Callback<std::pair<std::vector<OwnedAcl>, Stat>> done) {
  if (impl_->refused(path, done)) return;
  using AclAndStat = std::pair<std::vector<OwnedAcl>, Stat>;
  impl_->request<AclAndStat>(OpCode::get_acl, jute::encoded(PathRecord{impl_->chroot.to_server(path)}),
                             std::move(done), [](std::string_view body, AclAndStat& value) {
                               const auto record = jute::decoded<GetAclResponse>(body);
                               if (record) value = {wire::from_records(record->acl), record->stat};
                               return record.has_value();
                             });
}

void Client::set_acl(std::string path, std::vector<OwnedAcl> acl, int32_t version, Callback<Stat> done) {
  if (impl_->refused(path, done)) return;
  const std::string at = impl_->chroot.to_server(path);
  impl_->request<Stat>(OpCode::set_acl, jute::encoded(SetAclRequest{at, wire::to_records(acl), version}),
                       std::move(done), take_stat);
}

void Client::sync(std::string path, Callback<Nothing> done) {
  if (impl_->refused(path, done)) return;
  impl_->request<Nothing>(OpCode::sync, jute::encoded(PathRecord{impl_->chroot.to_server(path)}),
                          std::move(done), take_nothing);
}

void Client::multi(std::vector<TxnOp> ops, Callback<std::vector<TxnResult>> done) {
  for (const TxnOp& op : ops) {
    if (impl_->refused(op.path, done)) return;
  }
  // The reply's header says ok even when an operation was refused; the results say which.
  const auto decode = [done, chroot = impl_->chroot](Outcome<std::string> reply) {
    if (!reply) return done({reply.err, {}});
    auto outcome = wire::decode_transaction(reply.value, chroot);
    done(outcome ? std::move(*outcome) : Outcome<std::vector<TxnResult>>{ErrorCode::marshalling_error, {}});
  };
  raw(OpCode::multi, wire::encode_transaction(ops, impl_->chroot), decode);
}

void Client::add_watch(std::string path, AddWatchMode mode, Callback<Nothing> done) {
  if (impl_->refused(path, done)) return;
  const std::string at = impl_->chroot.to_server(path);
  const bool recursive = mode == AddWatchMode::persistent_recursive;
  impl_->request<Nothing>(OpCode::add_watch, jute::encoded(PathTypeRequest{at, static_cast<int32_t>(mode)}),
                          std::move(done), take_nothing,
                          recursive ? WatchIntent::recursive : WatchIntent::persistent, at);
}

void Client::remove_watches(std::string path, WatcherType type, Callback<Nothing> done) {
  if (impl_->refused(path, done)) return;
  const std::string at = impl_->chroot.to_server(path);
  impl_->request<Nothing>(OpCode::remove_watches,
                          jute::encoded(PathTypeRequest{at, static_cast<int32_t>(type)}), std::move(done),
                          take_nothing);
}

void Client::ephemerals(std::string prefix, Callback<std::vector<std::string>> done) {
  if (impl_->refused(prefix, done)) return;
  using Paths = std::vector<std::string>;
  impl_->request<Paths>(OpCode::get_ephemerals,
                        jute::encoded(GetEphemeralsRequest{impl_->chroot.to_server(prefix)}), std::move(done),
                        [chroot = impl_->chroot](std::string_view body, Paths& paths) {
                          const auto record = jute::decoded<GetEphemeralsResponse>(body);
                          if (!record) return false;
                          for (const Text& path : record->paths)
                            paths.push_back(chroot.to_client(path.view()));
                          return true;
                        });
}

void Client::count_descendants(std::string path, Callback<int32_t> done) {
  if (impl_->refused(path, done)) return;
  impl_->request<int32_t>(OpCode::get_all_children_number,
                          jute::encoded(PathRecord{impl_->chroot.to_server(path)}), std::move(done),
                          [](std::string_view body, int32_t& count) {
                            const auto record = jute::decoded<GetAllChildrenNumberResponse>(body);
                            if (record) count = record->total;
                            return record.has_value();
                          });
}

void Client::who_am_i(Callback<std::vector<Identity>> done) {
  using Identities = std::vector<Identity>;
  impl_->request<Identities>(OpCode::who_am_i, {}, std::move(done),
                             [](std::string_view body, Identities& value) {
                               const auto record = jute::decoded<WhoAmIResponse>(body);
                               if (!record) return false;
                               for (const ClientInfo& info : record->identities)
                                 value.push_back({info.scheme.str(), info.user.str()});
                               return true;
                             });
}

void Client::add_auth(std::string scheme, std::string data, Callback<Nothing> done) {
  const uint64_t tag = impl_->expect<Nothing>(std::move(done), take_nothing);
  impl_->link->session().add_auth(tag, std::move(scheme), std::move(data));
  impl_->link->wake();
}

void Client::close(Callback<Nothing> done) {
  if (ended()) {
    boost::asio::post(impl_->executor, [done = std::move(done)] { done({ErrorCode::session_expired, {}}); });
    return;
  }
  impl_->closers.push_back(std::move(done));
  impl_->link->close();
}

void Client::raw(OpCode type, std::string body, Callback<std::string> done) {
  impl_->request<std::string>(type, std::move(body), std::move(done),
                              [](std::string_view reply, std::string& value) {
                                value = reply;
                                return true;
                              });
}

SessionState Client::state() const {
  return impl_->link->session().state();
}
ConnectionState Client::connection_state() const {
  return impl_->connection;
}
bool Client::ended() const {
  const SessionState state = impl_->link->session().state();
  return state == SessionState::closed || state == SessionState::expired ||
         state == SessionState::auth_failed;
}
void Client::set_servers(std::vector<HostPort> hosts) {
  impl_->link->set_hosts(std::move(hosts));
}
SessionHandle Client::session_handle() const {
  return impl_->link->session().handle();
}
SessionId Client::session_id() const {
  return impl_->link->session().id();
}
int32_t Client::negotiated_timeout_ms() const {
  return impl_->link->session().negotiated_timeout_ms();
}
std::string Client::last_error() const {
  return impl_->link->last_error();
}
boost::asio::any_io_executor Client::executor() const {
  return impl_->executor;
}

}  // namespace paddock::client
