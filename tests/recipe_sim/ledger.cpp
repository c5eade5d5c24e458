#include "tests/recipe_sim/ledger.h"

namespace paddock::recipe_sim {

void Ledger::taken(Court& court, const std::string& queue, const std::string& name) {
  Item& item = queues_[queue][name];
  ++item.taken;
  court.require(item.taken == 1, "Q2", "{} of {} was handed out twice", name, queue);
}

void Ledger::finished(Court& court, const std::string& queue, const std::string& name) {
  Item& item = queues_[queue][name];
  ++item.finished;
  court.require(item.finished == 1, "Q2", "{} of {} was finished twice", name, queue);
}

void Ledger::added(Court& court, int64_t number) {
  court.require(numbers_.insert(number).second, "Q4", "two additions gave {}", number);
}

void Ledger::check_queue(Court& court, const std::set<std::string>& left, size_t unheard) const {
  const auto found = queues_.find("queue");
  if (found == queues_.end()) return;
  for (const auto& [name, item] : found->second) {
    const bool there = left.contains(name);
    court.require(!there || item.taken == 0, "Q2", "{} was handed out and is still there", name);
    if (there || !item.put || item.taken > 0 || item.in_doubt) continue;
    court.require(unheard > 0, "Q1", "{} is gone and nobody has got it", name);
    if (unheard > 0) --unheard;
  }
}

void Ledger::check_locking_queue(Court& court, const std::set<std::string>& left) const {
  const auto found = queues_.find("locking queue");
  if (found == queues_.end()) return;
  for (const auto& [name, item] : found->second) {
    const bool there = left.contains(name);
    court.require(there || !item.put || item.taken > 0, "Q3", "{} is gone and nobody has worked on it", name);
    court.require(!there || item.finished == 0, "Q3", "{} was finished and is still there", name);
  }
}

void Ledger::check_counter(Court& court, int64_t number, size_t unheard) const {
  const auto certain = static_cast<int64_t>(numbers_.size());
  const int64_t most = certain + maybe_ + static_cast<int64_t>(unheard);
  court.require(number >= certain && number <= most, "Q4", "the counter is at {}, not in {}..{}", number,
                certain, most);
}

}  // namespace paddock::recipe_sim
