// edit: the data of a node in an editor.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "client/shell/file_bytes.h"
#include "client/shell/program.h"
#include "client/shell/shell.h"

namespace paddock::client::shell {
namespace {

// A file for the owner alone, gone with this object unless it is kept.
class Draft {
 public:
  explicit Draft(std::string_view bytes) {
    const char* folder = std::getenv("TMPDIR");
    path_ = fmt::format("{}/paddock-edit-XXXXXX", folder == nullptr ? "/tmp" : folder);
    const int fd = ::mkostemp(path_.data(), O_CLOEXEC);
    if (fd < 0) return;
    valid_ = ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    ::close(fd);
  }
  ~Draft() {
    if (!kept_) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  bool valid() const { return valid_; }
  const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool valid_ = false;
  bool kept_ = false;
};

// A command line of sh, as other programs read $VISUAL and $EDITOR.
std::string editor_of(const Arguments& arguments) {
  if (arguments.has("--editor")) return arguments.text("--editor");
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return "vi";
}

ExitCode store(Shell& shell, const std::string& path, const std::string& data, int32_t version,
               Draft& draft) {
  const auto stat = shell.zk().call<Stat>(
      [=](Client& client, Callback<Stat> done) { client.set(path, data, version, std::move(done)); });
  if (stat) return ExitCode::ok;
  draft.keep();
  const ExitCode code = shell.refuse(stat.err, path);
  shell.complain(fmt::format("edit: what you wrote is in {}", draft.path()));
  return code;
}

ExitCode edit(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto node = shell.zk().get(path);
  if (!node) return shell.refuse(node.err, path);
  Draft draft(node.value.data);
  if (!draft.valid()) return shell.fail(ExitCode::refused, "edit: cannot write " + draft.path());
  const std::string editor = editor_of(arguments);
  const auto code = run_program({"sh", "-c", editor + " \"$1\"", "sh", draft.path()}, {});
  if (!code) return shell.fail(ExitCode::refused, code.fault().message);
  if (*code != 0) return shell.fail(ExitCode::refused, fmt::format("edit: {} ended with {}", editor, *code));
  const auto data = read_file(draft.path());
  if (!data) return shell.fail(ExitCode::refused, "edit: " + data.fault().message);
  if (*data == node.value.data) {
    shell.complain("edit: nothing has changed");
    return ExitCode::ok;
  }
  return store(shell, path, *data, node.value.stat.version, draft);
}

}  // namespace

Family editing_commands() {
  return {
      "Edit",
      {{
          .name = "edit",
          .parameters = "PATH",
          .summary = "change the data of a node in an editor; refused if somebody else changed it meanwhile",
          .flags = {{"--editor", "COMMAND", "instead of $VISUAL, $EDITOR and vi"}},
          .examples = {"edit /app/config", "edit --editor 'sed -i s/old/new/' /app/config"},
          .least = 1,
          .most = 1,
          .run = edit,
      }}};
}

}  // namespace paddock::client::shell
