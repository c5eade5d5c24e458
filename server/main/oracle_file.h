// OracleFile: asks the oracle of two voters, a file whose first character is 1 where this server may go on
// alone, again and again (oraclePath; server/zab/oracle.h). A disk that hangs delays no more than the answer,
// which is too old then.
//
// Owner: the host. Loop thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "protocol/base/time.h"
#include "server/net/errands.h"

namespace paddock {

class OracleFile {
 public:
  // `asked_at`: before the file was opened.
  using Listener = std::function<void(bool grants, Instant asked_at)>;

  // What cannot be read grants nothing. The log says whenever the answer changes.
  OracleFile(boost::asio::io_context& io, std::string path, Listener listener);

  void start() { ask(); }

 private:
  void ask();
  void hear(const net::Errands::Answer& answer, Instant asked_at);
  void tell(const std::string& answer);

  const std::string path_;
  const Listener listener_;
  boost::asio::steady_timer timer_;
  net::Errands errands_;
  std::string told_;  // by the log
};

}  // namespace paddock
