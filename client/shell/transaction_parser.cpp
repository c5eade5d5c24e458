#include "client/shell/transaction_parser.h"

#include "client/shell/create_arguments.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

const std::vector<FlagSpec> kCreateFlags = {{"-e", "", ""}, {"-s", "", ""}, {"-c", "", ""}, {"-t", "MS", ""}};
const std::vector<FlagSpec> kNoFlags;
const std::vector<FlagSpec> kVersionFlags = {{"-v", "VERSION", ""}};

Result<TxnOp> parse_create(const Arguments& arguments) {
  const auto options = create_options(arguments, 2);
  if (!options) return options.fault();
  TxnOp op{OpCode::create, arguments.at(0), {}, -1, options.value()};
  if (arguments.count() > 1) op.data = arguments.at(1);
  return op;
}

Result<TxnOp> parse_set(const Arguments& arguments) {
  const auto version = version_of(arguments);
  if (!version) return version.fault();
  return TxnOp{OpCode::set_data, arguments.at(0), arguments.at(1), version.value(), {}};
}

Result<TxnOp> parse_delete(const Arguments& arguments) {
  const auto version = version_of(arguments);
  if (!version) return version.fault();
  return TxnOp{OpCode::remove, arguments.at(0), {}, version.value(), {}};
}

Result<TxnOp> parse_check(const Arguments& arguments) {
  const auto version = parse_number(arguments.at(1), "check");
  if (!version) return version.fault();
  return TxnOp{OpCode::check, arguments.at(0), {}, static_cast<int32_t>(version.value()), {}};
}

struct Form {
  std::string_view name;
  std::string_view usage;
  const std::vector<FlagSpec>& flags;
  size_t least;
  size_t most;
  Result<TxnOp> (*parse)(const Arguments&);
};

const Form kForms[] = {
    {"create", "create [-e] [-s] [-c] [-t MS] PATH [DATA] [ACL]", kCreateFlags, 1, 3, parse_create},
    {"set", "set [-v VERSION] PATH DATA", kVersionFlags, 2, 2, parse_set},
    {"delete", "delete [-v VERSION] PATH", kVersionFlags, 1, 1, parse_delete},
    {"check", "check PATH VERSION", kNoFlags, 2, 2, parse_check},
};

}  // namespace

Result<TxnOp> parse_operation(const std::vector<Word>& words) {
  for (const Form& form : kForms) {
    if (words.front().text != form.name) continue;
    const auto arguments = Arguments::parse(form.flags, {words.begin() + 1, words.end()});
    if (!arguments) return make_fault("{}; usage: {}", arguments.fault().message, form.usage);
    if (arguments->count() < form.least || arguments->count() > form.most)
      return make_fault("usage: {}", form.usage);
    return form.parse(*arguments);
  }
  return make_fault("'{}' is no operation of a transaction; there are create, set, delete and check",
                    words.front().text);
}

std::string operation_text(const TxnOp& op, const TxnResult& result) {
  if (result.type == OpCode::error) {
    return result.err == ErrorCode::ok ? fmt::format("undone: {}", op.path) : error_text(result.err, op.path);
  }
  switch (op.type) {
    case OpCode::create:
      return "Created " + result.path;
    case OpCode::set_data:
      return "Set " + op.path;
    case OpCode::remove:
      return "Deleted " + op.path;
    default:
      return "Checked " + op.path;
  }
}

}  // namespace paddock::client::shell
