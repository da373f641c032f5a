// Keys, their versions and backups, and the material that they hold.

#include "engine/world.hpp"

#include <algorithm>

namespace cmksim::engine {

namespace {

/// What is not said stays.
template <class Version>
void takeOver(const VersionSettings& settings, Version& version) {
    version.enabled = settings.enabled.value_or(version.enabled);
    version.notBefore = settings.notBefore.value_or(version.notBefore);
    version.expires = settings.expires.value_or(version.expires);
}

} // namespace

void World::hold(const std::vector<KeyVersion>& versions) {
    for (const KeyVersion& version : versions) {
        ++holders_[version.material];
    }
}

void World::release(const std::vector<KeyVersion>& versions, WorldChanges& changes) {
    for (const KeyVersion& version : versions) {
        if (--holders_[version.material] == 0) {
            changes.gone.push_back(version.material);
        }
    }
}

void World::watchValidity(KeyId id, WorldChanges& changes) const {
    for (const KeyVersion& version : keys_[id].versions) {
        if (version.notBefore != Instant::min()) {
            changes.deadlines.push_back({version.notBefore, id});
        }
        if (version.expires != never) {
            changes.deadlines.push_back({version.expires, id});
        }
    }
}

void World::addVersion(KeyId id, const NewVersion& created, WorldChanges& changes) {
    Key& key = keys_[id];
    key.state = Lifecycle::Active;
    if (key.appeared == 0) {
        key.appeared = ++keysAppeared_;
    }
    ++key.created;
    const VersionNameId name = created.name.valid() ? created.name : WorldNames::numberedVersion(key.created);
    const MaterialId material = materialNames_.push_back(name);
    holders_.push_back(1);
    key.versions.push_back({name, material, created.enabled, created.notBefore, created.expires, created.shape});
    watchValidity(id, changes);
    changes.keys.push_back(id);
}

void World::purge(KeyId id, WorldChanges& changes) {
    Key& key = keys_[id];
    key.state = Lifecycle::Absent;
    key.purgeAt = never;
    release(key.versions, changes);
    key.versions.clear();
    changes.keys.push_back(id);
}

World::Outcome World::perform(const KeyCreate& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (keys_[action.key].state == Lifecycle::SoftDeleted) {
        return CommonRefusal::KeySoftDeleted;
    }
    NewVersion version;
    cmksim::engine::takeOver(action.settings, version);
    version.shape = action.shape;
    addVersion(action.key, version, changes);
    return {};
}

World::Outcome World::perform(const KeyRotate& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (!active(action.key)) {
        return CommonRefusal::KeyNotFound;
    }
    NewVersion version;
    version.shape = keys_[action.key].versions.back().shape; // as the one before
    addVersion(action.key, version, changes);
    return {};
}

World::Outcome World::perform(const KeyUpdate& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (!active(action.key)) {
        return CommonRefusal::KeyNotFound;
    }
    KeyVersion* version = versionIn(keys_[action.key].versions, action.version);
    if (version == nullptr) {
        return CommonRefusal::KeyVersionNotFound;
    }
    cmksim::engine::takeOver(action.settings, *version);
    watchValidity(action.key, changes);
    changes.keys.push_back(action.key);
    return {};
}

World::Outcome World::perform(const KeyDelete& action, Instant now, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    Key& key = keys_[action.key];
    if (key.state != Lifecycle::Active) {
        return CommonRefusal::KeyNotFound;
    }
    const Vault& vault = vaults_[action.vault];
    if (vault.softDelete) {
        key.state = Lifecycle::SoftDeleted;
        key.purgeAt = now + vault.retention;
        changes.deadlines.push_back({key.purgeAt, action.key});
        changes.keys.push_back(action.key);
    } else {
        purge(action.key, changes);
    }
    return {};
}

World::Outcome World::perform(const KeyRecover& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    Key& key = keys_[action.key];
    if (key.state != Lifecycle::SoftDeleted) {
        return CommonRefusal::KeyNotFound;
    }
    key.state = Lifecycle::Active;
    key.purgeAt = never;
    changes.keys.push_back(action.key);
    return {};
}

World::Outcome World::perform(const KeyPurge& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    if (keys_[action.key].state != Lifecycle::SoftDeleted) {
        return CommonRefusal::KeyNotFound;
    }
    if (vaults_[action.vault].purgeProtection) {
        return CommonRefusal::PurgeProtected;
    }
    purge(action.key, changes);
    return {};
}

World::Outcome World::perform(const KeyBackup& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    const Key& key = keys_[action.key];
    if (key.state != Lifecycle::Active) {
        return CommonRefusal::KeyNotFound;
    }
    backups_.push_back({action.file, action.key, key.created, key.versions});
    hold(key.versions);
    if (!action.file.valid()) {
        return {};
    }
    // The file is written again: what only its former content held goes with it.
    const auto former = std::ranges::find(backups_, action.file, &Backup::file);
    if (std::next(former) != backups_.end()) {
        release(former->versions, changes);
        backups_.erase(former);
    }
    return {};
}

World::Outcome World::perform(const KeyRestore& action, Instant, WorldChanges& changes) {
    if (!active(action.vault)) {
        return CommonRefusal::VaultNotFound;
    }
    const auto fits = [&](const Backup& backup) {
        return action.file.valid() ? backup.file == action.file : backup.key == action.key;
    };
    const auto backup = std::find_if(backups_.rbegin(), backups_.rend(), fits);
    if (backup == backups_.rend() || names_->keys[backup->key].text != names_->keys[action.key].text) {
        return CommonRefusal::BackupNotFound;
    }
    Key& key = keys_[action.key];
    if (key.state != Lifecycle::Absent) {
        return CommonRefusal::KeyExists;
    }
    key.state = Lifecycle::Active;
    if (key.appeared == 0) {
        key.appeared = ++keysAppeared_;
    }
    key.created = std::max(key.created, backup->created);
    key.versions = backup->versions;
    hold(key.versions);
    watchValidity(action.key, changes);
    changes.keys.push_back(action.key);
    return {};
}

} // namespace cmksim::engine
