#include "reference/bases.hpp"

#include <algorithm>

namespace cmksim::reference {

namespace {

struct Life {
    const StackedResource* resource = nullptr;
    bool present = true;
    std::string state = "Ready";
    std::string reason = "None";
    std::int64_t birth = 0;
    bool basesUnavailable = false;
    std::optional<std::int64_t> otherwiseSince; // how long its bases have not been as they count
};

class Stack {
public:
    explicit Stack(const StackedWorld& world) : world_{world} {
        for (const StackedResource& resource : world.resources) {
            lives_[resource.name].resource = &resource;
            list_.push_back(resource.name);
            keyWorks_[resource.name] = true;
        }
    }

    std::vector<std::string> play() {
        for (now_ = 0; now_ <= world_.until; ++now_) {
            for (const StackedAction& action : world_.actions) {
                if (action.at == now_) {
                    act(action);
                }
            }
            for (const std::string& name : list_) {
                look(lives_[name]);
            }
            stageOfBases();
        }
        return events_;
    }

private:
    void tell(const std::string& what) { events_.push_back(std::to_string(now_) + " " + what); }

    void move(Life& life, const std::string& state, const std::string& reason) {
        if (life.state != state || life.reason != reason) {
            tell(life.resource->name + " " + life.state + " -> " + state + " " + reason);
            life.state = state;
            life.reason = reason;
        }
    }

    void act(const StackedAction& action) {
        Life& life = lives_[action.resource];
        switch (action.kind) {
        case StackedAction::Kind::KeyOff: keyWorks_[action.resource] = false; break;
        case StackedAction::Kind::KeyOn: keyWorks_[action.resource] = true; break;
        case StackedAction::Kind::Delete:
            if (!life.present) {
                tell("delete " + action.resource + " ResourceNotFound");
            } else if (life.resource->deleteNeedsNothingOnIt && carries(action.resource)) {
                tell("delete " + action.resource + " InUse");
            } else {
                life.present = false;
            }
            break;
        case StackedAction::Kind::Create:
            if (life.present) {
                tell("create " + action.resource + " ResourceExists");
                break;
            }
            life = Life{life.resource, true, "Ready", "None", now_, false, {}};
            if (life.resource->hasKey && !keyWorks_[action.resource]) {
                tell("create " + action.resource + " NoKey");
                life.state = "Failed";
                life.reason = "KeyDisabled";
            }
            break;
        }
    }

    [[nodiscard]] bool carries(const std::string& base) {
        return std::ranges::any_of(list_, [&](const std::string& name) {
            const Life& life = lives_[name];
            return life.present && std::ranges::find(life.resource->on, base) != life.resource->on.end();
        });
    }

    void look(Life& life) {
        const StackedResource& resource = *life.resource;
        const std::int64_t since = now_ - life.birth - resource.phase;
        if (!resource.hasKey || !life.present || life.state == "Failed" || since < 0 || since % resource.period != 0) {
            return;
        }
        if (!keyWorks_[resource.name]) {
            move(life, "Down", "KeyDisabled");
        } else if (life.basesUnavailable) {
            move(life, "Stopped", "BaseUnavailable");
        } else {
            move(life, "Ready", "None");
        }
    }

    /// Again and again the first in the list all of whose bases have been dealt with.
    void stageOfBases() {
        std::vector<std::string> left = list_;
        while (!left.empty()) {
            const auto next = std::ranges::find_if(left, [&](const std::string& name) {
                const Life& life = lives_[name];
                return !life.present || std::ranges::none_of(life.resource->on, [&](const std::string& base) {
                    return std::ranges::find(left, base) != left.end();
                });
            });
            deal(lives_[*next]);
            left.erase(next);
        }
    }

    void deal(Life& life) {
        const StackedResource& resource = *life.resource;
        if (!life.present || life.state == "Failed" || resource.on.empty()) {
            return;
        }
        const auto up = std::ranges::count_if(resource.on, [&](const std::string& base) {
            return lives_[base].present && lives_[base].state == "Ready";
        });
        const bool enough = resource.needsAll ? up == static_cast<std::ptrdiff_t>(resource.on.size()) : up > 0;
        if (enough != life.basesUnavailable) {
            life.otherwiseSince.reset();
            return;
        }
        if (!life.otherwiseSince) {
            life.otherwiseSince = now_;
        }
        if (now_ - *life.otherwiseSince < (enough ? resource.backWithin : resource.within)) {
            return;
        }
        life.otherwiseSince.reset();
        life.basesUnavailable = !enough;
        if (!enough && (life.state == "Ready" || !resource.hasKey)) {
            move(life, "Stopped", "BaseUnavailable");
        } else if (enough && life.reason == "BaseUnavailable") {
            move(life, "Ready", "None");
        }
    }

    const StackedWorld& world_;
    std::map<std::string, Life> lives_;
    std::vector<std::string> list_;
    std::map<std::string, bool> keyWorks_;
    std::vector<std::string> events_;
    std::int64_t now_ = 0;
};

} // namespace

std::vector<std::string> play(const StackedWorld& world) { return Stack{world}.play(); }

} // namespace cmksim::reference
