// multi: several operations, all or nothing.
#include "client/shell/shell.h"
#include "client/shell/transaction_parser.h"

namespace paddock::client::shell {
namespace {

using Results = std::vector<TxnResult>;

ExitCode commit(Shell& shell, const std::vector<TxnOp>& ops) {
  const auto outcome = shell.zk().call<Results>(
      [ops](Client& client, Callback<Results> done) { client.multi(ops, std::move(done)); });
  if (outcome.value.size() != ops.size()) return shell.refuse(outcome.err, "multi");
  if (!outcome) shell.complain("Transaction refused; nothing has changed");
  for (size_t i = 0; i < ops.size(); ++i) {
    const TxnResult& result = outcome.value[i];
    const std::string text = operation_text(ops[i], result);
    if (outcome) {
      const std::string verb = text.substr(0, text.find(' '));
      shell.out().row(text, {{"done", verb}, {"path", result.path.empty() ? ops[i].path : result.path}});
    } else {
      shell.complain(fmt::format("  {}. {}", i + 1, text));
    }
  }
  return outcome ? ExitCode::ok : ExitCode::conflict;
}

// Operations a line each, up to "commit". Nothing to do: an empty list.
Result<std::vector<std::vector<Word>>> read_operations(Shell& shell) {
  std::vector<std::vector<Word>> operations;
  std::string line;
  while (shell.read_line("multi> ", line)) {
    const auto words = split_words(line);
    if (!words) return words.fault();
    if (words->empty()) continue;
    if (words->front().text == "commit") return operations;
    if (words->front().text == "abort") return std::vector<std::vector<Word>>();
    for (auto& part : split_at_semicolons(*words)) operations.push_back(std::move(part));
  }
  return make_fault("multi: the input ended before 'commit'; nothing was done");
}

ExitCode multi(Shell& shell, const Arguments& arguments) {
  std::vector<Word> words = arguments.words();
  // paddock multi "create /a; set /b x": the whole transaction in one word of the calling shell.
  if (words.size() == 1) {
    auto inner = split_words(words.front().text);
    if (!inner) return shell.wrong_usage(inner.fault().message);
    words = std::move(inner).value();
  }
  std::vector<std::vector<Word>> parts = split_at_semicolons(words);
  if (parts.empty()) {
    auto read = read_operations(shell);
    if (!read) return shell.wrong_usage(read.fault().message);
    parts = std::move(read).value();
    if (parts.empty()) return ExitCode::ok;
  }
  std::vector<TxnOp> ops;
  for (const auto& part : parts) {
    auto op = parse_operation(part);
    if (!op) return shell.wrong_usage("multi: " + op.fault().message);
    op->path = shell.resolve(op->path);
    ops.push_back(std::move(op).value());
  }
  return commit(shell, ops);
}

}  // namespace

Family transaction_commands() {
  return {"Transactions",
          {{
              .name = "multi",
              .parameters = "[OPERATION; OPERATION...]",
              .summary = "do several operations, all or nothing",
              .examples = {"multi create /app/a x; set -v 2 /app/b y; delete /app/c; check /app 5",
                           "multi   (then an operation a line, and 'commit' or 'abort')"},
              .most = kAnyNumber,
              .run = multi,
              .verbatim = true,
          }}};
}

}  // namespace paddock::client::shell
