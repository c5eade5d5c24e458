// Shell: one conversation with a server. Holds the connection, the working node and the history, dispatches
// lines to commands, and is what a command sees: results go to out(), everything else to complain().
//
// Owner: one thread; events are told from the connection's thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "client/shell/command.h"
#include "client/shell/connection.h"
#include "client/shell/notices.h"
#include "client/shell/output.h"
#include "client/shell/words.h"

namespace paddock::client::shell {

struct ShellOptions {
  std::string servers = "127.0.0.1:2181";
  ConnectionOptions connection;
};

class Shell {
 public:
  // `out` and `notices` must outlive it.
  Shell(ShellOptions options, Output& out, Notices& notices);
  ~Shell();

  // --- For whoever reads lines
  ExitCode run_line(std::string_view line);
  ExitCode run_words(const std::vector<Word>& words);
  bool quitting() const { return quitting_; }
  std::string prompt() const;
  // Names of a node's children for completion; empty without a connection.
  std::vector<std::string> children_of(const std::string& path);

  // --- For commands: what they found
  Output& out() { return out_; }
  void complain(std::string_view line);
  // Complains in ZooKeeper's words and says which exit code that is.
  ExitCode refuse(ErrorCode err, std::string_view path);
  ExitCode fail(ExitCode code, std::string_view why);
  ExitCode wrong_usage(std::string_view why) { return fail(ExitCode::usage, why); }
  ExitCode interrupted();

  // --- For commands: the connection
  // Requires: the command needs a session.
  Connection& zk() { return *connection_; }
  const ShellOptions& options() const { return options_; }
  // Opens a session unless there is one.
  ExitCode ensure_session();
  // Empty: the servers of before.
  ExitCode connect(const std::string& servers);
  void close();
  // Where events go instead of to the notices, or nothing for there. Called on the connection's thread.
  void redirect_events(std::function<void(const Event&)> listener);
  void print_events(bool on);
  bool prints_events();

  // --- For commands: the conversation
  const std::string& here() const { return here_; }
  void go(std::string path);
  // Where `cd -` goes.
  const std::string& before() const { return before_; }
  std::string resolve(std::string_view typed) const;
  void quit() { quitting_ = true; }
  const std::vector<std::string>& history() const { return history_; }
  // Lines that a multi-line command asks for; false at the end of input.
  bool read_line(std::string_view prompt, std::string& line);
  void set_line_source(std::function<bool(std::string_view, std::string&)> source) {
    source_ = std::move(source);
  }

 private:
  ExitCode run(const Command& command, const Arguments& arguments);
  void on_event(const Event& event);

  ShellOptions options_;
  Output& out_;
  Notices& notices_;
  std::string here_ = "/";
  std::string before_ = "/";
  std::vector<std::string> history_;
  bool quitting_ = false;
  bool closed_by_user_ = false;
  std::function<bool(std::string_view, std::string&)> source_;

  std::mutex events_lock_;
  // Protected by events_lock_
  std::function<void(const Event&)> event_listener_;
  bool events_wanted_ = true;

  std::unique_ptr<Connection> connection_;  // last: its thread uses what stands above
};

}  // namespace paddock::client::shell
