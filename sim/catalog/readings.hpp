// Facts of which there are several readings: where documents disagree, a model gives each of them, and what a program
// is compiled from is the model under a choice of them.
#pragma once

#include "base/diagnostics.hpp"
#include "catalog/fact_reader.hpp"
#include "document/document.hpp"
#include "model/model.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cmksim::catalog {

/// One way to read a fact.
struct ReadingValue {
    std::string name;
    std::string meaning;
    Provenance provenance;
};

/// A fact of which there are several readings.
struct FactReading {
    std::string name;
    std::string meaning;
    std::vector<ReadingValue> values; // the nominal one first
    bool changesCourse = true;        // else only what is said differs, and not what happens
};

/// The value taken of each reading, by name; what it does not name is nominal.
using ReadingChoice = std::map<std::string, std::string, std::less<>>;

/// The readings that a file declares under `readings`. They are checked when the file is read.
std::vector<FactReading> readReadings(MappingReader& fields, FactReader& facts);

/// Notes which readings change no more than words: errors, messages, what is advised.
void noteCourse(Node root, std::vector<FactReading>& readings);

/// Every combination of values, the nominal one first; the last reading changes first.
std::vector<ReadingChoice> combinationsOf(std::span<const FactReading> readings);

/// The nominal combination, and those that differ from it in one reading.
std::vector<ReadingChoice> oneByOne(std::span<const FactReading> readings);

/// `NAME=VALUE, NAME=VALUE`.
std::string textOf(const ReadingChoice& choice);

/// The file under a choice. A mapping with `by-reading: NAME` stands for what it has under the chosen value, and is
/// left out where it has nothing under that. A name that `readings` does not declare, and a value that it does not
/// have, are reported. The document itself where it declares no readings.
std::shared_ptr<const Document> underReadings(std::shared_ptr<const Document> document,
                                              const std::shared_ptr<const Source>& source, const ReadingChoice& choice,
                                              Diagnostics& diagnostics);

} // namespace cmksim::catalog
