//! The remote control of the model.

use super::{ModelCall, ModelMode, ModelScript};
use crate::control::Control;

impl Control {
    /// The model answers certain questions in this way from now on. Earlier scripts come first.
    pub fn model_script(&self, script: ModelScript) {
        self.world.model().script(script);
    }

    /// Scripts that were given, used up or not.
    #[must_use]
    pub fn model_scripts(&self) -> Vec<ModelScript> {
        self.world.model().scripts().to_vec()
    }

    /// How the model answers what no script is for.
    pub fn model_mode(&self, mode: ModelMode) {
        self.world.model().mode = mode;
    }

    /// The only key that the model accepts; `None`: any, or none.
    pub fn model_key(&self, key: Option<String>) {
        self.world.model().key = key;
    }

    /// What every voice note says; `None`: a file of words says these words, any other nothing.
    pub fn model_hears(&self, text: Option<String>) {
        self.world.model().heard = text;
    }

    /// Groups of words that mean the same to its embeddings; of itself it knows letters alone.
    pub fn model_alike(&self, groups: Vec<Vec<String>>) {
        self.world.model().alike = groups;
    }

    /// No scripts, nothing to hear, no words alike, and obedient again. Faults and the ledger stay.
    pub fn model_forget(&self) {
        self.world.model().forget();
    }

    /// Every call that the model answered, oldest first.
    #[must_use]
    pub fn model_calls(&self) -> Vec<ModelCall> {
        self.world.model().calls().to_vec()
    }
}
