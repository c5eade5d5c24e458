#include "client/shell/four_letter.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <memory>

namespace paddock::client::shell {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;
using Clock = std::chrono::steady_clock;

// One question; its last handler leaves the answer in `result`.
class Question {
 public:
  Question(asio::io_context& io, HostPort address, std::string word)
      : resolver_(io), socket_(io), address_(std::move(address)), word_(std::move(word)) {}

  void start() {
    resolver_.async_resolve(address_.host, std::to_string(address_.port),
                            [this](Error err, const Tcp::resolver::results_type& found) {
                              if (err) return fail(err);
                              asio::async_connect(socket_, found, [this](Error failed, const Tcp::endpoint&) {
                                failed ? fail(failed) : ask();
                              });
                            });
  }
  void give_up() {
    if (!done_) result_ = make_fault("{}: no answer in time", to_string(address_));
  }
  Result<WordReply> result() const { return result_; }

 private:
  void ask() {
    asio::async_write(socket_, asio::buffer(word_), [this](Error err, size_t) {
      if (err) return fail(err);
      asio::async_read(socket_, asio::dynamic_buffer(text_), [this](Error failed, size_t) {
        failed == asio::error::eof ? answered() : fail(failed);
      });
    });
  }
  void answered() {
    done_ = true;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began_);
    if (text_.find("is not executed because it is not in the whitelist") != text_.npos) {
      result_ = make_fault("{}: does not allow '{}' (4lw.commands.whitelist)", to_string(address_), word_);
    } else {
      result_ = WordReply{text_, took.count()};
    }
  }
  void fail(Error err) {
    done_ = true;
    result_ = make_fault("{}: {}", to_string(address_), err.message());
  }

  Tcp::resolver resolver_;
  Tcp::socket socket_;
  const HostPort address_;
  const std::string word_;
  const Clock::time_point began_ = Clock::now();
  std::string text_;
  bool done_ = false;
  Result<WordReply> result_ = WordReply{};
};

}  // namespace

std::vector<Result<WordReply>> ask_servers(const std::vector<HostPort>& addresses, const std::string& word,
                                           int64_t timeout_ms) {
  asio::io_context io;
  std::vector<std::unique_ptr<Question>> questions;
  for (const HostPort& address : addresses) {
    questions.push_back(std::make_unique<Question>(io, address, word));
    questions.back()->start();
  }
  io.run_for(std::chrono::milliseconds(timeout_ms));
  std::vector<Result<WordReply>> results;
  for (const auto& question : questions) {
    question->give_up();
    results.push_back(question->result());
  }
  return results;
}

}  // namespace paddock::client::shell
