// TCP, without anything above it.
#pragma once

#include "client/transport.h"

namespace paddock::client {

std::shared_ptr<Transport> make_tcp_transport(const boost::asio::any_io_executor& executor);

}  // namespace paddock::client
