// export: a stopped server's data, for Apache ZooKeeper; what `paddockd --export` does.
#include "client/shell/json_forms.h"
#include "client/shell/shell.h"
#include "client/tools/file_commands.h"
#include "server/store/java_export.h"

namespace paddock::client::tools {
namespace {

using shell::Arguments;
using shell::ExitCode;
using shell::Shell;

ExitCode run(Shell& shell, const Arguments& arguments) {
  store::StoreOptions source;
  source.data_dir = arguments.at(0);
  source.data_log_dir = arguments.text("--log-dir");
  const auto made = store::export_to_java(store::posix_env(), source, {}, arguments.at(1));
  if (!made.ok()) return shell.fail(ExitCode::refused, made.fault().message);
  const std::string target = arguments.at(1) + "/version-2";
  shell.out().show(fmt::format("{}: a snapshot of {} nodes at zxid 0x{:x}, log up to 0x{:x}", target,
                               made->nodes, made->snapshot.value, made->last.value),
                   {{"path", target},
                    {"nodes", made->nodes},
                    {"snapshot", shell::hex_text(made->snapshot.value)},
                    {"last", shell::hex_text(made->last.value)}});
  shell.complain("Do not start this server on its data again while a server uses the copy");
  return ExitCode::ok;
}

}  // namespace

shell::Command export_command() {
  return {
      .name = "export",
      .parameters = "DATADIR TARGET",
      .summary = "write a stopped Paddock server's data as TARGET/version-2, for ZooKeeper",
      .flags = {{"--log-dir", "DIR", "its dataLogDir, if that is another one"}},
      .examples = {"export /var/lib/paddock /var/lib/zookeeper"},
      .least = 2,
      .most = 2,
      .paths = 0,
      .needs_session = false,
      .run = run,
  };
}

}  // namespace paddock::client::tools
