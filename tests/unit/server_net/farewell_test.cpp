#include "server/net/farewell.h"

#include <fcntl.h>

#include "peer_keys.h"

namespace paddock::net {
namespace {

using boost::system::error_code;

TEST_CASE("Farewell: last words arrive, although the peer has still sent something that nobody reads") {
  Loop loop;
  auto acceptor = loop.listen();
  Stream stream(loop.connect(acceptor.local_endpoint().port()));
  auto peer = loop.accept(acceptor);
  error_code error;
  stream.write_some(boost::asio::buffer("last words", 10), error);
  Farewell::to(std::move(stream));
  loop.write(peer, std::string(300000, 't'));  // what comes to a closed socket is answered with a reset
  CHECK(loop.read(peer, 10) == "last words");
  boost::system::error_code end;
  char more = 0;
  CHECK(peer.read_some(boost::asio::buffer(&more, 1), end) == 0);
  CHECK(end == boost::asio::error::eof);
}

TEST_CASE("Farewell: it ends when the peer does, and at the latest a moment later") {
  Loop loop;
  auto acceptor = loop.listen();
  Stream stream(loop.connect(acceptor.local_endpoint().port()));
  auto peer = loop.accept(acceptor);
  const int socket = stream.socket().native_handle();
  Farewell::to(std::move(stream));
  const bool stays = GENERATE(false, true);
  if (!stays) peer.close();
  loop.until([&] { return fcntl(socket, F_GETFD) == -1; });
}

}  // namespace
}  // namespace paddock::net
