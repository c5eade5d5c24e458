#include "server/admin/four_letter_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/admin/connection_words.h"
#include "server/admin/server_words.h"

namespace paddock::admin {
namespace {

constexpr auto kWords =
    std::to_array<std::string_view>({"conf", "cons", "crst", "dirs", "dump", "envi", "gtmk", "hash", "isro",
                                     "mntr", "ruok", "srst", "srvr", "stat", "stmk", "wchc", "wchp", "wchs"});
// What telnet sends when it is interrupted: a word that can be refused, never one that is executed.
constexpr std::string_view kTelnetInterrupt = "\xff\xf4\xff\xfd";
constexpr std::string_view kNotServing = "This ZooKeeper instance is not currently serving requests";

bool is_word(std::string_view word) {
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

std::string isro_text(const replica::ServerStatus& status) {
  if (!status.serving) return "null";
  return status.read_only ? "ro" : "rw";
}

}  // namespace

FourLetterWords::FourLetterWords(std::vector<std::string> whitelist, bool read_only_mode, std::string version,
                                 Sources sources)
    : whitelist_(std::move(whitelist)),
      read_only_mode_(read_only_mode),
      version_(std::move(version)),
      sources_(std::move(sources)) {}

bool FourLetterWords::allowed(std::string_view word) const {
  if (word == "srvr" || (word == "isro" && read_only_mode_)) return true;
  return std::any_of(whitelist_.begin(), whitelist_.end(),
                     [&](const std::string& entry) { return entry == "*" || entry == word; });
}

std::string FourLetterWords::set_trace_mask(std::string_view argument) {
  if (argument.size() < 8) return "";  // ZooKeeper closes without a word, too
  uint64_t mask = 0;
  for (const char c : argument.substr(0, 8)) mask = mask << 8 | static_cast<uint8_t>(c);
  trace_mask_ = static_cast<int64_t>(mask);
  return std::to_string(trace_mask_);
}

std::optional<std::string> FourLetterWords::answer(std::string_view received) {
  const std::string_view word = received.substr(0, 4);
  const bool telnet = word == kTelnetInterrupt;
  if (!telnet && !is_word(word)) return std::nullopt;
  const std::string_view name = telnet ? "telnet close" : word;
  if (!allowed(name)) return fmt::format("{} is not executed because it is not in the whitelist.\n", name);
  if (telnet) return std::nullopt;

  if (word == "ruok") return "imok";
  if (word == "gtmk") return std::to_string(trace_mask_);
  if (word == "stmk") return set_trace_mask(received.substr(4));
  if (word == "envi") return envi_text(version_, sources_.environment());

  const replica::ServerStatus status = sources_.server();
  if (word == "isro") return isro_text(status);
  if (!status.serving) return fmt::format("{}{}", kNotServing, word == "hash" ? "" : "\n");

  if (word == "srvr") return srvr_text(version_, status, sources_.connections().size());
  if (word == "stat") return stat_text(version_, status, sources_.connections());
  if (word == "mntr") {
    return mntr_text(version_, status, sources_.connections().size(), sources_.extra_metrics());
  }
  if (word == "conf") return conf_text(sources_.settings(), status.read_only);
  if (word == "dirs") return dirs_text(sources_.settings());
  if (word == "cons") return cons_text(sources_.connections());
  if (word == "dump") return dump_text(sources_.dump(), sources_.connections());
  if (word == "hash") return hash_text(sources_.digests());
  if (word == "wchs") return wchs_text(sources_.watches());
  if (word == "wchc") return wchc_text(sources_.watches());
  if (word == "wchp") return wchp_text(sources_.watches());
  if (word == "crst") return sources_.reset_connection_stats(), "Connection stats reset.\n";
  return sources_.reset_server_stats(), "Server stats reset.\n";
}

}  // namespace paddock::admin
