#include "client/shell/command.h"

#include <catch2/catch.hpp>
#include <set>

#include "client/shell/completion.h"
#include "client/shell/transaction_parser.h"

namespace paddock::client::shell {
namespace {

std::vector<std::string> completed(std::string_view before, std::string_view word,
                                   const std::string& here = "/") {
  const auto children_of = [](const std::string& path) {
    return path == "/" ? std::vector<std::string>{"zoo", "app"}
                       : std::vector<std::string>{"under" + path.substr(1)};
  };
  return complete(before, word, {children_of, [&] { return here; }}).words;
}
using Texts = std::vector<std::string>;

Result<TxnOp> operation(std::string_view line) {
  return parse_operation(*split_words(line));
}

}  // namespace

TEST_CASE("every command is found by its name, has a summary and can be run") {
  std::set<std::string_view> names;
  for (const Family& family : command_table()) {
    for (const Command& command : family.commands) {
      INFO(command.name);
      CHECK(names.insert(command.name).second);
      CHECK(find_command(command.name) == &command);
      CHECK_FALSE(command.summary.empty());
      CHECK(command.least <= command.most);
      CHECK(command.run != nullptr);
      CHECK(help_text().find(command.name) != std::string::npos);
    }
  }
  for (const char* name : {"ls",
                           "get",
                           "create",
                           "set",
                           "delete",
                           "deleteall",
                           "stat",
                           "getAcl",
                           "setAcl",
                           "addauth",
                           "sync",
                           "watch",
                           "addWatch",
                           "multi",
                           "whoami",
                           "getEphemerals",
                           "getAllChildrenNumber",
                           "removewatches",
                           "version",
                           "history",
                           "redo",
                           "connect",
                           "close",
                           "quit",
                           "help",
                           "config",
                           "reconfig",
                           "printwatches",
                           "cd",
                           "pwd",
                           "tree",
                           "find",
                           "grep",
                           "du",
                           "cp",
                           "mirror",
                           "listquota",
                           "setquota",
                           "delquota"}) {
    INFO(name);
    CHECK(find_command(name) != nullptr);
  }
  CHECK(find_command("LS") == nullptr);
}

TEST_CASE("usage and help come from the table") {
  CHECK(usage_text(*find_command("ls")) == "ls [-s] [-w] [-R] [PATH]");
  CHECK(usage_text(*find_command("set")) == "set [-s] [-v VERSION] [-f FILE] [-b] PATH DATA");
  CHECK(help_text(*find_command("set")).find("e.g. set -v 3 /app hello") != std::string::npos);
}

TEST_CASE("completion offers commands, then the command's flags and the tree's paths") {
  CHECK(completed("", "getA") == Texts{"getAcl", "getAllChildrenNumber"});
  CHECK(completed("help ", "qu") == Texts{"quit"});
  CHECK(completed("set ", "-") == Texts{"-b", "-f", "-s", "-v"});
  CHECK(completed("get ", "/") == Texts{"/app", "/zoo"});
  CHECK(completed("get -s ", "/a") == Texts{"/app"});
  CHECK(completed("get ", "/app/") == Texts{"/app/underapp"});
  CHECK(completed("get ", "") == Texts{"/"});
  CHECK(completed("version ", "/").empty());
  CHECK(completed("create -t 5 ", "/a") == Texts{"/app"});
  CHECK(completed("create /app ", "/a").empty());  // the data
  CHECK(completed("nonsense ", "/").empty());
}

TEST_CASE("relative paths are completed from the working node, as they were begun") {
  CHECK(completed("get ", "a") == Texts{"app"});
  CHECK(completed("get ", "", "/app") == Texts{"underapp"});
  CHECK(completed("get ", "../z", "/app") == Texts{"../zoo"});
  CHECK(completed("cp /app ", "un", "/zoo") == Texts{"underzoo"});
}

TEST_CASE("a transaction's operations are typed as the commands of the same name") {
  const auto create = operation("create -e -s /a 'the data'");
  REQUIRE(create.ok());
  CHECK(create->type == OpCode::create);
  CHECK(create->data == "the data");
  CHECK(create->create.mode == CreateMode::ephemeral_sequential);
  CHECK(operation("set /a x -v 4")->version == 4);
  CHECK(operation("delete /a")->version == -1);
  CHECK(operation("check /a 7")->version == 7);
  CHECK(operation("check /a seven").fault().message == "check wants a whole number, not 'seven'");
  CHECK(operation("set /a").fault().message == "usage: set [-v VERSION] PATH DATA");
  CHECK(operation("get /a").fault().message ==
        "'get' is no operation of a transaction; there are create, set, delete and check");
}

TEST_CASE("what a transaction's operation did is told in one line") {
  const TxnOp op{OpCode::create, "/a-", "", -1, {}};
  CHECK(operation_text(op, {OpCode::create, ErrorCode::ok, "/a-0000000001", {}}) == "Created /a-0000000001");
  CHECK(operation_text(op, {OpCode::error, ErrorCode::ok, "", {}}) == "undone: /a-");
  CHECK(operation_text(op, {OpCode::error, ErrorCode::node_exists, "", {}}) == "Node already exists: /a-");
  CHECK(operation_text(op, {OpCode::error, ErrorCode::runtime_inconsistency, "", {}}) == "not tried: /a-");
}

}  // namespace paddock::client::shell
