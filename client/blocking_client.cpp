#include "client/blocking_client.h"

namespace paddock::client {

BlockingClient::BlockingClient(const ConnectString& servers, ClientOptions options)
    : zk_(std::make_shared<AsyncClient>(io_.get_executor(), servers, options)) {
  thread_ = std::thread([this] { io_.run(); });
}

BlockingClient::~BlockingClient() {
  constexpr int64_t kGoodbye_ms = 2000;
  run([this] {
    const bool connected = zk_->connection_state() == ConnectionState::connected;
    return zk_->within_ms(connected ? kGoodbye_ms : 0).async_close(use_awaitable);
  });
  io_.stop();
  thread_.join();
}

Outcome<Created> BlockingClient::create(std::string path, NewData data, CreateOptions options,
                                        Limits limits) {
  return run([&] { return zk_->under(limits).async_create(path, data, options, use_awaitable); });
}
Outcome<Nothing> BlockingClient::remove(std::string path, int32_t version, Limits limits) {
  return run([&] { return zk_->under(limits).async_remove(path, version, use_awaitable); });
}
Outcome<Stat> BlockingClient::exists(std::string path, Limits limits) {
  return run([&] { return zk_->under(limits).async_exists(path, false, use_awaitable); });
}
Outcome<NodeData> BlockingClient::get(std::string path, Limits limits) {
  return run([&] { return zk_->under(limits).async_get(path, false, use_awaitable); });
}
Outcome<Stat> BlockingClient::set(std::string path, NewData data, int32_t version, Limits limits) {
  return run([&] { return zk_->under(limits).async_set(path, data, version, use_awaitable); });
}
Outcome<Children> BlockingClient::children(std::string path, Limits limits) {
  return run([&] { return zk_->under(limits).async_children(path, false, use_awaitable); });
}
Outcome<TransactionResults> BlockingClient::commit(Transaction transaction, Limits limits) {
  return run([&] { return zk_->under(limits).async_commit(transaction, use_awaitable); });
}
Outcome<Nothing> BlockingClient::sync(std::string path, Limits limits) {
  return run([&] { return zk_->under(limits).async_sync(path, use_awaitable); });
}

Outcome<Nothing> BlockingClient::wait_connected(Limits limits) {
  return run([&]() -> Async<Outcome<Nothing>> {
    Wakeup wake(zk_->executor());
    const auto states = zk_->listen_state([&wake](const ConnectionState&) { wake.notify(); });
    while (zk_->connection_state() != ConnectionState::connected) {
      if (zk_->ended()) co_return Outcome<Nothing>{ErrorCode::session_expired, {}};
      const bool notified = co_await wake.wait(limits);
      if (!notified) co_return Outcome<Nothing>{ErrorCode::operation_timeout, {}};
    }
    co_return Outcome<Nothing>{};
  });
}

}  // namespace paddock::client
