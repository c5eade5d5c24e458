// AsyncClient: Client with Operations, so that it can be awaited:
//
//   boost::asio::awaitable<void> greet(AsyncClient& zk) {
//     Outcome<NodeData> node = co_await zk.async_get("/greeting", false, boost::asio::use_awaitable);
//     if (!node) fmt::print("{}\n", name_of(node.err));
//     co_await zk.within_ms(500).async_set("/greeting", "hello", -1, boost::asio::use_awaitable);
//   }
//
// Everything else as in client.h.
#pragma once

#include "client/operations.h"

namespace paddock::client {

class AsyncClient : public Client, public Operations {
 public:
  explicit AsyncClient(boost::asio::any_io_executor executor, const ConnectString& servers,
                       const ClientOptions& options = {})
      : Client(std::move(executor), servers, options), Operations(static_cast<Client&>(*this)) {}
};

}  // namespace paddock::client
