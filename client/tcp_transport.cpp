#include "client/tcp_transport.h"

#include "client/stream_transport.h"

namespace paddock::client {
namespace {

using Socket = boost::asio::ip::tcp::socket;

class TcpTransport : public StreamTransport<Socket> {
 public:
  using StreamTransport::StreamTransport;

 private:
  std::shared_ptr<Socket> make_stream(const boost::asio::any_io_executor& executor,
                                      const HostPort&) override {
    return std::make_shared<Socket>(executor);
  }
  void prepare(Socket&, Ready ready) override { ready({}); }
  std::string reason_of(Error err) const override {
    return err == boost::asio::error::eof ? "closed the connection" : err.message();
  }
};

}  // namespace

std::shared_ptr<Transport> make_tcp_transport(const boost::asio::any_io_executor& executor) {
  return std::make_shared<TcpTransport>(executor);
}

}  // namespace paddock::client
