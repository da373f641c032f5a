#include "property/model_writer.hpp"

#include "property/world_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cmksim::property {

namespace {

constexpr std::array<std::string_view, 14> checkedReasons{
    "IdentityNotAssigned", "IdentityInactive",     "TokenAcquisitionFailed",
    "KeyUriMalformed",     "VaultDnsUnresolved",   "VaultNotFound",
    "VaultFirewallDenied", "IdentityUnauthorized", "KeyNotFound",
    "KeyVersionNotFound",  "KeyDisabled",          "KeyNotYetValid",
    "KeyExpired",          "UnwrapFailed"};
constexpr std::array<std::string_view, 5> possibleConditions{"VaultFirewallDenied", "IdentityUnauthorized",
                                                             "KeyDisabled", "KeyNotYetValid", "KeyExpired"};

class ModelWriter {
public:
    /// `below`: the services that it can stand on.
    ModelWriter(Random& random, std::string service, std::vector<std::string> below)
        : random_{random}, below_{std::move(below)} {
        role_.service = std::move(service);
    }

    ModelRole write() {
        role_.period = random_.between(3, 12);
        drawStates();
        add("cmksim-model: 1\nservice: " + role_.service + "\nversion: '1'\ntitle: A random service\n");
        states();
        conditions();
        reasons();
        revalidation();
        add("identities: {kinds: [UserAssigned" + std::string{random_.chance(30) ? ", SystemAssigned" : ""} +
            (random_.chance(70) ? ", Federated" : "") + "], assumed: x}\n");
        add("trusted: {kinds: " + std::string{random_.chance(50) ? "[UserAssigned]" : "[]"} + ", assumed: x}\n");
        add("permissions: {required: [get, wrapKey], assumed: x}\n");
        if (random_.chance(50)) {
            add("vault-kinds: [vault, managed-hsm]\n");
        }
        rotation();
        FlowMap existing;
        existing.add("can-be-encrypted", random_.chance(60) ? "true" : "false");
        if (random_.chance(50)) {
            existing.add("can-be-decrypted", "true");
            if (random_.chance(60)) {
                existing.add("in", "[Up, " + someDown() + "]");
            }
            if (!conditions_.empty()) {
                existing.add("unless", "C" + conditions_.front());
            }
        }
        add("existing-resources: " + existing.add("assumed", "x").text() + "\n");
        keys();
        if (role_.slots.empty() && random_.chance(30)) {
            add("renewal: {state: " + someDown() + ", lapse: {nominal: " + seconds(random_.between(1, 15)) +
                ", range: 1s..20s, meaning: x, assumed: x}, assumed: x}\n");
        }
        FlowMap recovery;
        if (random_.chance(60)) {
            recovery.add("error", "ByHandFails");
        }
        if (random_.chance(85)) {
            recovery.add("takes", length(0));
        }
        add("recovery-action: " + recovery.add("assumed", "x").text() + "\n");
        bases();
        operations();
        refusals();
        return role_;
    }

private:
    void add(const std::string& text) { role_.text += text; }
    static std::string seconds(std::int64_t count) { return secondsText(count); }
    /// T of the rules: one duration, or a nominal value in a range.
    std::string length(std::int64_t least) {
        const std::int64_t nominal = random_.between(least, 18);
        if (random_.chance(75)) {
            return seconds(nominal);
        }
        return "{nominal: " + seconds(nominal) + ", range: " + seconds(std::max(least, nominal - 3)) + ".." +
               seconds(nominal + 3) + "}";
    }
    [[nodiscard]] const std::string& someDown() { return random_.of(role_.downStates); }

    void drawStates() {
        const std::int64_t count = random_.between(1, 3);
        role_.states = {"Up"};
        for (std::int64_t i = 0; i < count; ++i) {
            role_.downStates.push_back(std::string{"D"} + static_cast<char>('0' + i));
            role_.states.push_back(role_.downStates.back());
        }
        terminal_ = random_.chance(60);
        if (terminal_) {
            role_.states.emplace_back("Failed");
        }
    }

    void states() {
        add("states:\n  Up: {meaning: x, assumed: x}\n");
        for (std::size_t i = 0; i < role_.downStates.size(); ++i) {
            FlowMap state;
            state.add("meaning", "x").add("assumed", "x");
            bool looksLeadBack = true;
            if (random_.chance(30)) {
                const bool up = random_.chance(85);
                looksLeadBack = !up;
                state.add("down", up ? "false" : "true");
            }
            if (random_.chance(35)) {
                const bool byAction = random_.chance(85);
                looksLeadBack = looksLeadBack && !byAction;
                state.add("returns", byAction ? "by-action" : "by-itself");
            }
            if (looksLeadBack && random_.chance(35)) {
                state.add("heals", FlowMap{}.add("takes", length(0)).add("assumed", "x").text());
            }
            if (random_.chance(40)) {
                state.add("loses", losses());
            }
            if (random_.chance(50)) { // to a later one, so that there is no circle
                std::vector<std::string> later(role_.downStates.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                               role_.downStates.end());
                if (terminal_ && (later.empty() || random_.chance(20))) {
                    later.emplace_back("Failed");
                }
                if (!later.empty()) {
                    state.add(
                        "then",
                        FlowMap{}.add("after", length(1)).add("to", random_.of(later)).add("assumed", "x").text());
                }
            }
            add("  " + role_.downStates[i] + ": " + state.text() + "\n");
        }
        if (terminal_) {
            add("  Failed: {meaning: x, terminal: true, assumed: x}\n");
        }
    }

    std::string losses() {
        std::vector<std::string> all;
        for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
            all.push_back(FlowMap{}
                              .add("what", "thing-" + std::to_string(i))
                              .add("after", random_.chance(40) ? "0s" : length(0))
                              .add("assumed", "x")
                              .text());
        }
        return flowList(all);
    }

    void conditions() {
        for (const std::string_view reason : possibleConditions) {
            if (random_.chance(12)) {
                conditions_.emplace_back(reason);
            }
        }
        if (conditions_.empty()) {
            return;
        }
        add("conditions:\n");
        for (const std::string& reason : conditions_) {
            add("  C" + reason + ": {meaning: x, blocks-rotation: " + (random_.chance(50) ? "true" : "false") +
                ", beyond: " + random_.oneOf({"everything", "losses", "nothing"}) + ", assumed: x}\n");
        }
    }

    void reasons() {
        add("reasons:\n");
        for (const std::string_view name : checkedReasons) {
            const std::string reason{name};
            FlowMap row;
            row.add("reason", reason).add("fix", "x").add("assumed", "x");
            if (std::find(conditions_.begin(), conditions_.end(), reason) != conditions_.end()) {
                row.add("condition", "C" + reason);
            } else {
                row.add("state", someDown());
                if (random_.chance(45)) {
                    row.add("tolerated", random_.chance(20) ? "forever" : length(0));
                }
            }
            if (random_.chance(40)) {
                row.add("status", std::to_string(random_.between(400, 409)));
            }
            add("  - " + row.text() + "\n");
        }
    }

    void revalidation() {
        FlowMap clock;
        clock.add("period", seconds(role_.period)).add("meaning", "x").add("assumed", "x");
        if (random_.chance(40)) {
            role_.recoveryPeriod = random_.between(2, 12);
            clock.add("recovery-period", seconds(role_.recoveryPeriod));
        }
        add("revalidation: " + clock.text() + "\n");
    }

    void rotation() {
        FlowMap rotation;
        role_.rotationIsSetting = random_.chance(25);
        rotation.add("automatic", role_.rotationIsSetting ? "setting" : random_.chance(75) ? "true" : "false");
        if (role_.rotationIsSetting && random_.chance(60)) {
            rotation.add("default", random_.chance(50) ? "true" : "false");
        }
        if (random_.chance(30)) {
            role_.rotationPeriod = random_.between(2, 15);
            rotation.add("period", seconds(role_.rotationPeriod));
        }
        add("rotation: " + rotation.add("assumed", "x").text() + "\n");
    }

    void keys() {
        if (random_.chance(30)) {
            add("retains: {versions: " + length(1) + ", assumed: x}\n");
        }
        if (random_.chance(45)) {
            return;
        }
        FlowMap keys;
        if (random_.chance(40)) {
            role_.mostKeys = static_cast<std::size_t>(random_.between(2, 3));
            role_.slots = {"primary", "second", "third", "fourth"};
            keys.add("most", std::to_string(role_.mostKeys));
        } else {
            const std::size_t count = static_cast<std::size_t>(random_.between(2, 3));
            role_.slots = random_.chance(30) ? std::vector<std::string>{"backup", "first", "second"}
                                             : std::vector<std::string>{"backup", "primary", "second"};
            role_.slots.resize(count);
            role_.mostKeys = count;
            keys.add("slots", flowList(role_.slots));
            std::vector<std::string> optional;
            for (const std::string& slot : role_.slots) {
                if (random_.chance(40)) {
                    optional.push_back(slot);
                }
            }
            if (!optional.empty()) {
                keys.add("optional", flowList(optional));
            }
        }
        if (random_.chance(85)) {
            keys.add("needs", random_.chance(50) ? "all" : "any");
        }
        add("keys: " + keys.add("assumed", "x").text() + "\n");
    }

    void bases() {
        if (random_.chance(15)) {
            add("delete-needs-nothing-on-it: true\n");
        }
        if (below_.empty() || random_.chance(20)) {
            return;
        }
        role_.standsOn = below_;
        FlowMap bases;
        bases.add("services", flowList(below_)).add("state", someDown()).add("assumed", "x");
        if (random_.chance(60)) {
            bases.add("needs", random_.chance(50) ? "all" : "any");
        }
        if (random_.chance(60)) {
            bases.add("within", seconds(random_.between(0, 9)));
        }
        if (random_.chance(60)) {
            bases.add("back-within", seconds(random_.between(0, 9)));
        }
        add("stands-on: " + bases.text() + "\n");
    }

    void operations() {
        FlowMap read;
        if (!conditions_.empty() && random_.chance(50)) {
            read.add("blocked-by", "C" + random_.of(conditions_));
        }
        if (random_.chance(60)) {
            read.add("status", "403");
        }
        if (random_.chance(20)) {
            read.add("own-answer", "true");
        }
        if (random_.chance(40)) {
            read.add("allowed-in", random_.oneOf({"Up", "[Up, D0]", "[Up, D0]", "[D0]", "any"}));
        }
        add("operations:\n  read: " + read.add("assumed", "x").text() + "\n");
        add(std::string{"  show: {"} + (random_.chance(50) ? "needs-ready: false" : "allowed-in: any") +
            ", assumed: x}\n");
    }

    static std::string refusal(const std::string& error, const std::string& when, const std::string& more = {}) {
        return "    - {error: " + error + ", when: {" + when + "}, message: x, fix: x, assumed: x" + more + "}\n";
    }

    void refusals() {
        add("refusals:\n");
        if (random_.chance(70)) {
            const bool leaves = terminal_ && random_.chance(60);
            add("  create:\n" + refusal("CreateFails", "check: fails", leaves ? ", leaves: Failed" : ""));
        }
        std::string update;
        if (terminal_) {
            update += refusal("Terminal", "state: Failed");
        }
        if (random_.chance(40)) {
            update += refusal("NotNow", "names-key: true, state-not: [Up, " + someDown() + "]",
                              random_.chance(30) ? ", attaches-identity: true" : "");
        }
        if (random_.chance(60)) {
            update += refusal("UpdateFails",
                              random_.oneOf({"check: fails", "names-key: true, check: fails",
                                             "has-key: true, check: fails", "reason-not: KeyDisabled, check: fails"}));
        }
        add(update.empty() ? "" : "  update:\n" + update);
        add("  enable-encryption:\n" + refusal("EnableFails", "check: fails"));
    }

    Random& random_;
    std::vector<std::string> below_;
    ModelRole role_;
    bool terminal_ = false;
    std::vector<std::string> conditions_; // the reasons that are one
};

} // namespace

ModelRole randomModel(Random& random, std::string service, std::vector<std::string> below) {
    return ModelWriter{random, std::move(service), std::move(below)}.write();
}

} // namespace cmksim::property
